import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { portRow } from '../models/port.ts';
import { procedure } from './procedure.ts';

/** Host ports, of one environment or of all. */
export const ports = {
  /** Of one environment, or of every one in the library. */
  watch: procedure.input(z.object({ environmentId: z.string().optional() })).output(eventIterator(z.array(portRow))),
};

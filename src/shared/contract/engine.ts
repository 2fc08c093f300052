import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { engineStatus } from '../models/engine.ts';
import { procedure } from './procedure.ts';

/** The connection to the container engine. */
export const engine = {
  watch: procedure.output(eventIterator(engineStatus)),
  /** Tries again to connect, at once. */
  reconnect: procedure.output(z.void()),
};

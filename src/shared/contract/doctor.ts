import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { doctorReport } from '../models/doctor.ts';
import { procedure } from './procedure.ts';

/** Checks of this machine. */
export const doctor = {
  /** Runs all checks and yields the report after each finished one. */
  watch: procedure.output(eventIterator(doctorReport)),
  fix: procedure.input(z.object({ action: z.enum(['engine.start-private']) })).output(z.void()),
};

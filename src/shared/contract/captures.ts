import { z } from 'zod';
import { captureEngine, captureProject, captureResult } from '../models/capture.ts';
import { jobStarted, procedure } from './procedure.ts';

const project = z.object({
  /** Docker context's name, or an address. */
  engine: z.string().min(1),
  project: z.string().min(1),
});

/** Environments made from what runs on another engine, which is only read. */
export const captures = {
  /** The Docker contexts of this machine. */
  engines: procedure.output(z.array(captureEngine)),
  projects: procedure.input(project.pick({ engine: true })).output(z.array(captureProject)),
  preview: procedure.input(project).output(captureResult),
  /** The job's result holds the `environmentId`. */
  capture: procedure.input(project.extend({ name: z.string().optional() })).output(jobStarted),
};

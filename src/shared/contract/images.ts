import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { lockReport, serviceImage } from '../models/image-check.ts';
import { rehearsalReport } from '../models/rehearsal.ts';
import { environmentId, jobStarted, procedure } from './procedure.ts';

/** The images of an environment's services: how they stand, and newer ones. */
export const images = {
  /** Compares containers, engine, lock and registries. */
  check: procedure.input(environmentId).output(z.array(serviceImage)),
  /** What locking would write and change. */
  lockDraft: procedure.input(environmentId).output(lockReport),
  lock: procedure.input(environmentId).output(lockReport),
  /** Rolls back by itself when the stack does not come up or a check fails. */
  update: procedure.input(environmentId).output(jobStarted),
  /** On a copy; `images` (service → image) in place of the newest ones. */
  rehearse: procedure.input(environmentId.extend({ images: z.record(z.string(), z.string()).optional(), keep: z.boolean().optional() })).output(jobStarted),
  /** Reports of rehearsals, newest first. */
  rehearsals: procedure.input(environmentId).output(eventIterator(z.array(rehearsalReport))),
};

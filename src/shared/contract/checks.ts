import { eventIterator } from '@orpc/contract';
import { checkReport } from '../models/check.ts';
import { environmentId, jobStarted, procedure } from './procedure.ts';

/** The checks of an environment's profile. */
export const checks = {
  /** The newest run, live; before the first one a report in which all are pending. Null: the profile has no checks. */
  watch: procedure.input(environmentId).output(eventIterator(checkReport.nullable())),
  /** The job fails with `check.failed` when a check does. */
  run: procedure.input(environmentId).output(jobStarted),
};

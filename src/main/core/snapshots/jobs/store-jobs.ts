import type { Logger } from '../../base/logger.ts';
import { applyJob } from './apply-job.ts';
import { exportJob, takeInJob } from './archive-jobs.ts';
import { unwrapKeyJob, wrapKeyJob } from '../crypto/key-jobs.ts';
import { databasesJob } from '../database/database-job.ts';
import { admitJob } from '../share/admit-job.ts';
import { browseJob, extractJob } from './browse-job.ts';
import { captureJob } from './capture-job.ts';
import { diffJob } from './diff-job.ts';
import type { JobIo } from './job-io.ts';
import { previewJob } from './preview-job.ts';
import { restoreJob } from './restore-job.ts';
import { verifyJob } from './verify-job.ts';

/** Every job by its name, as a thread is asked for it. */
export function storeJobs(logger: Logger) {
  return {
    capture: captureJob(logger),
    restore: restoreJob,
    apply: applyJob,
    preview: previewJob(logger),
    verify: verifyJob,
    browse: browseJob,
    extract: extractJob,
    diff: diffJob,
    export: exportJob,
    takeIn: takeInJob,
    admit: admitJob,
    databases: databasesJob,
    wrapKey: wrapKeyJob,
    unwrapKey: unwrapKeyJob,
  } as const;
}

export type StoreJobs = ReturnType<typeof storeJobs>;
export type JobName = keyof StoreJobs;
export type JobInput<Name extends JobName> = Parameters<StoreJobs[Name]>[0];
export type JobOutput<Name extends JobName> = Awaited<ReturnType<StoreJobs[Name]>>;

/** Runs jobs somewhere. */
export interface JobRunner {
  /** Says that a job comes soon, so that what it takes can be made ready meanwhile. */
  prepare(): void;
  run<Name extends JobName>(name: Name, input: JobInput<Name>, io: JobIo): Promise<JobOutput<Name>>;
}

/** Runs a job in the calling thread. */
export function inlineRunner(logger: Logger): JobRunner {
  const jobs = storeJobs(logger);
  return { prepare: () => undefined, run: (name, input, io) => runJob(jobs, name, input, io) };
}

/** Calls the job of that name. A function of its own, because only here input and output are known to fit. */
export function runJob<Name extends JobName>(
  jobs: StoreJobs,
  name: Name,
  input: JobInput<Name>,
  io: JobIo,
): Promise<JobOutput<Name>> {
  const job = jobs[name] as (input: JobInput<Name>, io: JobIo) => Promise<JobOutput<Name>>;
  return job(input, io);
}

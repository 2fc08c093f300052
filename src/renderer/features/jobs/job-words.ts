import type { JobKind, JobSummary } from '../../../shared/models/job.ts';
import type { StateLook } from '../../ui/state-look.ts';

/** What the page says while a job of this kind runs. */
export const runningWords: Readonly<Record<JobKind, string>> = {
  up: 'Starting',
  stop: 'Stopping',
  down: 'Removing',
  restart: 'Restarting',
  pull: 'Pulling images',
  start: 'Starting',
  build: 'Building images',
  watch: 'Watching files',
  'snapshot.create': 'Taking a snapshot',
  'snapshot.restore': 'Restoring',
  'snapshot.verify': 'Verifying a snapshot',
  'snapshot.export': 'Exporting a snapshot',
  'snapshot.import': 'Importing a snapshot',
  'snapshot.push': 'Pushing a snapshot',
  'snapshot.pull': 'Pulling a snapshot',
  'snapshot.mask': 'Masking a snapshot',
  'environment.clone': 'Cloning',
  check: 'Checking',
  'images.lock': 'Locking the images',
  'images.update': 'Updating',
  'images.rehearse': 'Rehearsing the update',
  'bundle.create': 'Making a bundle',
  'bundle.import': 'Importing a bundle',
  'environment.capture': 'Capturing from another engine',
  'images.prune': 'Removing unused images',
};

/** How a job stands, for a badge. */
export function jobLook({ cancelling, outcome }: Pick<JobSummary, 'cancelling' | 'outcome'>): StateLook {
  switch (outcome?.status) {
    case undefined:
      return cancelling
        ? { label: 'Cancelling', color: 'orange', lively: true }
        : { label: 'Running', color: 'blue', lively: true };
    case 'succeeded':
      return { label: 'Done', color: 'teal' };
    case 'failed':
      return { label: 'Failed', color: 'red' };
    case 'cancelled':
      return { label: 'Cancelled', color: 'gray' };
  }
}

import type { Job } from '../../../shared/models/job.ts';

/** So many of the newest changes are shown. */
const shown = 5;

/** "web", "web and worker", "web, worker and mail". */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** What the switch does, or why it can't be used. */
export function watchDescription(services: readonly string[], up: boolean): string {
  if (!up) return 'Start the environment first.';
  return `What changes in the files of ${listed(services)} is brought into the containers, as the Compose file says.`;
}

/** The newest things done for the services, newest first; what a rebuild or restart wrote is in its own job. */
export function latestChanges(log: Job['log'], services: readonly string[]): Job['log'] {
  return log.filter(({ source }) => source !== undefined && services.includes(source)).slice(-shown).reverse();
}

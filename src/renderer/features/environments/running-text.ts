import type { EnvironmentSummary } from '../../../shared/models/environment.ts';

/** Whether anything of the environment runs. One-off services that have ended count as running, so the state decides. */
export function isUp({ state }: Pick<EnvironmentSummary, 'state'>): boolean {
  return state !== 'stopped' && state !== 'unknown';
}

/** "3 of 5 running", or how many there are while nothing runs. */
export function runningText({
  state,
  servicesRunning,
  servicesTotal,
}: Pick<EnvironmentSummary, 'state' | 'servicesRunning' | 'servicesTotal'>): string {
  if (servicesTotal === 0) return '';
  if (!isUp({ state })) return `${servicesTotal} service${servicesTotal === 1 ? '' : 's'}`;
  return `${servicesRunning} of ${servicesTotal} running`;
}

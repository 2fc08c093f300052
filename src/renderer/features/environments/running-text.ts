import type { EnvironmentSummary } from '../../../shared/models/environment.ts';

/** "3 of 5 running", or how many there are while nothing runs. */
export function runningText({
  servicesRunning,
  servicesTotal,
}: Pick<EnvironmentSummary, 'servicesRunning' | 'servicesTotal'>): string {
  if (servicesTotal === 0) return '';
  if (servicesRunning === 0) return `${servicesTotal} service${servicesTotal === 1 ? '' : 's'}`;
  return `${servicesRunning} of ${servicesTotal} running`;
}

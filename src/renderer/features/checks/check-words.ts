import type { CheckReport, CheckResult } from '../../../shared/models/check.ts';
import type { StateLook } from '../../ui/state-look.ts';

export const checkLooks: Readonly<Record<CheckResult['state'], StateLook>> = {
  pending: { label: 'Not run yet', color: 'gray' },
  running: { label: 'Trying', color: 'blue', lively: true },
  passed: { label: 'Passed', color: 'teal' },
  failed: { label: 'Failed', color: 'red' },
  cancelled: { label: 'Cancelled', color: 'gray' },
};

const triggers: Readonly<Record<CheckReport['trigger'], string>> = {
  start: 'after the start',
  restore: 'after a restore',
  update: 'after an update',
  rehearsal: 'in a rehearsal',
  asked: 'on request',
};

/** How a run as a whole stands: "2 of 3 passed, after the start". */
export function reportWords({ results, trigger }: CheckReport): string {
  const count = (state: CheckResult['state']): number => results.filter((one) => one.state === state).length;
  if (count('pending') === results.length) return 'Not run yet';
  if (count('running') > 0) return 'Running';
  return `${count('passed')} of ${results.length} passed, ${triggers[trigger]}`;
}

import type { CheckReport, CheckResult } from '../../../src/shared/models/check.ts';

/** The checks of the sample as a scenario of the gallery shows them. */
export function checksIn(scenario: string): CheckReport | null {
  if (scenario === 'first-run' || scenario === 'slow') return null;
  const state = scenario === 'running' || scenario === 'degraded' ? 'passed' : scenario === 'checking' ? 'running' : 'pending';
  const tried = state === 'passed' ? { attempts: 1, durationMs: 38 } : { attempts: state === 'running' ? 2 : 0 };
  const page: CheckResult = { name: 'page', kind: 'http', subject: 'http://127.0.0.1:8080/', state, ...tried };
  const database: CheckResult = { name: 'database', kind: 'tcp', subject: '127.0.0.1:5433', state, ...tried };
  const migrated: CheckResult = { name: 'migrated', kind: 'log', subject: 'migrate: finished', state, ...tried };
  const failed: CheckResult = {
    ...page,
    state: 'failed',
    attempts: 14,
    durationMs: 30_012,
    problem: {
      code: 'check.failed',
      message: 'Check “page” failed: http://127.0.0.1:8080/ answered with status 503 instead of 200.',
      hint: 'Look at the logs of the services behind it. A check that needs longer can be given a timeout.',
      detail: '<h1>503 Service Unavailable</h1>',
    },
  };
  const ran = state === 'passed' ? { startedAt: '2026-01-10T09:05:00.000Z', finishedAt: '2026-01-10T09:05:01.000Z' } : { startedAt: '1970-01-01T00:00:00.000Z' };
  return { trigger: 'start', ...ran, results: [scenario === 'degraded' ? failed : page, database, migrated] };
}

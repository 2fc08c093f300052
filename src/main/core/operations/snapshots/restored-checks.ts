import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Engine } from '../../engine/engine.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { observeStack } from '../../stacks/observe.ts';
import type { CheckOperations } from '../stacks/check-operations.ts';

/** Runs an environment's checks after a restore, which is done though one fails; stopped services are not checked. */
export async function checkRestored(
  checks: CheckOperations,
  engine: Engine,
  record: EnvironmentRecord,
  context: JobContext,
): Promise<Record<string, unknown>> {
  const { containers } = await observeStack(engine, record.projectName, context);
  if (!containers.some(({ state }) => state === 'running')) return {};
  const report = await checks.report(engine, record, 'restore', context);
  const failed = report?.results.filter(({ state }) => state === 'failed') ?? [];
  for (const { problem, name } of failed) {
    context.report({ type: 'log', entry: { level: 'warning', text: problem?.message ?? `Check ${name} failed.`, source: name } });
  }
  return report ? { checks: { passed: report.results.length - failed.length, failed: failed.length } } : {};
}

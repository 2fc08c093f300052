import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { SnapshotHook } from '../../compose/snapshot-rules.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { Engine } from '../../engine/engine.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import type { Freeze } from '../../snapshots/capture.ts';
import { serviceOf } from '../../stacks/labels.ts';
import type { ObservedStack } from '../../stacks/observe.ts';

/** As much of a failed command's output as a person reads, in characters. */
const shownOutput = 2000;

/**
 * Runs a stack's own commands around a freeze: `before` in every service that runs, then the freeze; `after` once it is
 * over, in the services whose `before` began, also when the snapshot failed. A command that fails makes the snapshot
 * fail with `snapshot.hook-failed`.
 */
export function withHooks(
  inner: Freeze,
  {
    engine,
    observed,
    hooks,
    report,
  }: { engine: Engine; observed: ObservedStack; hooks: Readonly<Record<string, SnapshotHook>>; report: JobContext['report'] },
): Freeze {
  const begun: { container: ContainerDetails; hook: SnapshotHook }[] = [];
  const run = async ({ container, hook }: (typeof begun)[number], when: 'before' | 'after', options: Cancellable): Promise<void> => {
    const service = serviceOf(container);
    for (const command of hook[when]) {
      report({ type: 'log', entry: { level: 'info', text: `${when} the snapshot: ${command.join(' ')}`, source: service } });
      const result = await engine.containers.exec(container.id, { command, ...(hook.user === undefined ? {} : { user: hook.user }) }, options);
      if (result.exitCode !== 0) throw hookFailed(service, command, result);
    }
  };
  return {
    pause: async (options) => {
      for (const [service, hook] of Object.entries(hooks)) {
        const containers = observed.containers.filter((one) => serviceOf(one) === service && one.state === 'running');
        for (const container of containers) {
          begun.push({ container, hook });
          await run({ container, hook }, 'before', options);
        }
      }
      await inner.pause(options);
    },
    resume: async (options) => {
      const failures: unknown[] = [];
      await inner.resume(options).catch((error: unknown) => failures.push(error));
      for (const one of begun.splice(0)) await run(one, 'after', options).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}

function hookFailed(service: string, command: readonly string[], { exitCode, stdout, stderr }: { exitCode: number; stdout: string; stderr: string }): Fault {
  return new Fault({
    code: 'snapshot.hook-failed',
    message: `A command that belongs to this snapshot failed in ${service} with exit code ${exitCode}: ${command.join(' ')}`,
    hint: `Correct it under x-slipway.snapshot.hooks.${service}, or take the snapshot with another consistency.`,
    detail: `${stdout}${stderr}`.slice(-shownOutput),
    data: { service, exitCode },
  });
}

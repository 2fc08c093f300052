import type { Cancellable } from '../../base/abort.ts';
import { composeLabels as labels } from '../../base/compose-labels.ts';
import { Fault, isAbort } from '../../base/fault.ts';
import type { Hook } from '../../compose/project.ts';
import type { ContainerSummary } from '../../engine/containers.ts';
import type { Engine } from '../../engine/engine.ts';
import { isOneOff, ofProject } from '../labels.ts';
import { countOf, type ServiceReport } from './service-report.ts';
import { type SyncedFile, syncFiles } from './sync-files.ts';
import type { ServiceWatch } from './watch-rules.ts';

/** What bringing changes into services needs. */
export interface BringInRequest extends Cancellable {
  readonly engine: Engine;
  readonly projectName: string;
  /** Builds a service's image anew and replaces its containers. Whoever plans and runs jobs gives it. */
  readonly rebuild: (service: string, options: Cancellable) => Promise<void>;
  readonly restart: (service: string, options: Cancellable) => Promise<void>;
}

/**
 * Does for one service what the rules that were touched ask for: rebuilds, then copies, then restarts, then runs
 * commands. What goes wrong is told; only an abort is raised.
 */
export async function bringIn(
  service: string,
  files: readonly SyncedFile[],
  touched: readonly ServiceWatch[],
  report: ServiceReport,
  request: BringInRequest,
): Promise<void> {
  const { rebuild, restart, signal } = request;
  try {
    if (touched.some(({ action }) => action === 'rebuild')) {
      report.busy('rebuilding');
      await rebuild(service, { signal });
      report.did('Rebuilt, because files of the image changed');
    }
    if (files.length > 0) await copy(service, files, report, request);
    if (touched.some(({ action }) => action === 'restart' || action === 'sync+restart')) {
      report.busy('restarting');
      await restart(service, { signal });
      report.did('Restarted');
    }
    for (const { exec } of touched) if (exec) await runCommand(service, exec, report, request);
  } catch (error) {
    if (isAbort(error) && signal?.aborted) throw error;
    report.failed(error);
  }
}

async function copy(service: string, files: readonly SyncedFile[], report: ServiceReport, { engine, projectName, signal }: BringInRequest): Promise<void> {
  const containers = await runningOf(engine, projectName, service, { signal });
  if (containers.length === 0) {
    report.log('warning', `${countOf(files.length)} not copied: ${service} is not running.`);
    return;
  }
  report.busy('copying');
  const results = await Promise.all(containers.map(({ id }) => syncFiles(engine, id, files, { signal })));
  const { written = [], removed = [] } = results[0] ?? {};
  report.synced(written, removed);
}

async function runCommand(service: string, hook: Hook, report: ServiceReport, { engine, projectName, signal }: BringInRequest): Promise<void> {
  const command = hook.command ?? [];
  for (const { id } of await runningOf(engine, projectName, service, { signal })) {
    const spec = {
      command,
      ...(hook.user === undefined ? {} : { user: hook.user }),
      ...(hook.working_dir === undefined ? {} : { workingDirectory: hook.working_dir }),
      ...(hook.privileged === undefined ? {} : { privileged: hook.privileged }),
      environment: Object.entries(hook.environment ?? {}).map(([key, value]) => (value === null ? key : `${key}=${value}`)),
    };
    const { exitCode, stdout, stderr } = await engine.containers.exec(id, spec, { signal });
    const output = [stdout, stderr].filter((text) => text !== '').join('\n').trimEnd();
    if (output !== '') report.log('info', output);
    if (exitCode !== 0) throw commandFailed(service, command, exitCode, output);
  }
  report.did(`Ran ${command.join(' ')}`);
}

async function runningOf(engine: Engine, projectName: string, service: string, { signal }: Cancellable): Promise<ContainerSummary[]> {
  const all = await engine.containers.list({ labels: [ofProject(projectName), `${labels.service}=${service}`], signal });
  return all.filter((container) => container.state === 'running' && !isOneOff(container));
}

function commandFailed(service: string, command: readonly string[], exitCode: number, output: string): Fault {
  return new Fault({
    code: 'watch.failed',
    message: `${command.join(' ')} ended with exit code ${exitCode} in ${service}.`,
    hint: 'Correct the command under develop.watch, or what it needs.',
    detail: output,
    data: { service, exitCode },
  });
}


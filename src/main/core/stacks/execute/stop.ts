import { Fault } from '../../base/fault.ts';
import type { Work } from '../plan/work.ts';
import type { Execution } from './execution.ts';
import { runHooks } from './hooks.ts';

type StopWork = Extract<Work, { readonly kind: 'stop-container' }>;
type RemoveWork = Extract<Work, { readonly kind: 'remove-container' }>;

/** Runs `pre_stop` hooks, then lets the container end within its grace period. What is gone or has ended meanwhile is fine. */
export async function stopContainer(execution: Execution, { service, id }: StopWork | RemoveWork, signal: AbortSignal): Promise<void> {
  const { engine, request } = execution;
  if (execution.stopped.has(id)) return;
  const state = execution.stateOf(id);
  if (!['running', 'paused', 'restarting'].includes(state)) return;
  const hooks = request.prepared.request.definition?.project.services[service]?.pre_stop;
  const { stopTimeoutSeconds: graceSeconds } = request;
  try {
    if (state === 'paused') await engine.containers.unpause(id, { signal });
    if (state !== 'restarting') await runHooks(execution, service, id, hooks, signal);
    await engine.containers.stop(id, { signal, ...(graceSeconds === undefined ? {} : { graceSeconds }) });
  } catch (error) {
    const gone = error instanceof Fault && (error.problem.code === 'engine.not-found' || error.problem.code === 'engine.conflict');
    if (!gone) throw error;
  }
  execution.stopped.add(id);
}

export async function removeContainer(execution: Execution, work: RemoveWork, signal: AbortSignal): Promise<void> {
  await stopContainer(execution, work, signal);
  await execution.engine.containers.remove(work.id, { force: true, volumes: work.anonymousVolumes, signal });
  execution.forget(work.service, work.id);
}

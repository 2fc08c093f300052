import { Fault } from '../../base/fault.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { Work } from '../plan/work.ts';
import type { Execution } from './execution.ts';
import { runHooks } from './hooks.ts';

type StopWork = Extract<Work, { readonly kind: 'stop-container' }>;
type RemoveWork = Extract<Work, { readonly kind: 'remove-container' }>;

/** Runs `pre_stop` hooks, then lets the container end within its grace period. What is gone already is fine. */
export async function stopContainer(execution: Execution, { service, id }: StopWork | RemoveWork, signal: AbortSignal): Promise<void> {
  const { engine, request } = execution;
  const container = await findContainer(execution, id, signal);
  if (!container || !['running', 'paused', 'restarting'].includes(container.state)) return;
  if (container.state === 'paused') await engine.containers.unpause(id, { signal });
  const hooks = request.prepared.request.definition?.project.services[service]?.pre_stop;
  if (container.state !== 'restarting') await runHooks(execution, service, id, hooks, signal);
  const { stopTimeoutSeconds: graceSeconds } = request;
  await engine.containers.stop(id, { signal, ...(graceSeconds === undefined ? {} : { graceSeconds }) });
}

export async function removeContainer(execution: Execution, work: RemoveWork, signal: AbortSignal): Promise<void> {
  await stopContainer(execution, work, signal);
  await execution.engine.containers.remove(work.id, { force: true, volumes: work.anonymousVolumes, signal });
  execution.forget(work.service, work.id);
}

async function findContainer({ engine }: Execution, id: string, signal: AbortSignal): Promise<ContainerDetails | undefined> {
  try {
    return await engine.containers.inspect(id, { signal });
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'engine.not-found') return undefined;
    throw error;
  }
}

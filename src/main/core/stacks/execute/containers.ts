import { cleanupSignal } from '../../base/abort.ts';
import { composeLabels as labels } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import type { ContainerDetails, ContainerSpec } from '../../engine/containers.ts';
import { containerSpec } from '../container/spec.ts';
import { imageName } from '../names.ts';
import type { Work } from '../plan/work.ts';
import type { Execution } from './execution.ts';
import { linksOf } from './links.ts';

type CreateWork = Extract<Work, { readonly kind: 'create-container' }>;
type RecreateWork = Extract<Work, { readonly kind: 'recreate-container' }>;

/** Time for the last, short part of a swap, which is never left half done. */
const swapMs = 60_000;

export async function createContainer(execution: Execution, work: CreateWork, signal: AbortSignal): Promise<void> {
  const spec = await specOf(execution, work, work.name, undefined, signal);
  execution.add(work.service, work.name, await execution.engine.containers.create(spec, { signal }));
}

/**
 * Puts a new container in another's place: made under a passing name, then the old one is stopped and removed, then
 * the new one gets its name. Until the old one is removed, failing or being cancelled puts everything back.
 * Resolves with false when there was no reason left to do it.
 */
export async function recreateContainer(execution: Execution, work: RecreateWork, signal: AbortSignal): Promise<boolean> {
  const { containers } = execution.engine;
  const { replaced, service, name } = work;
  const passingName = `${replaced.id.slice(0, 12)}_${name}`;
  const spec = await specOf(execution, work, passingName, replaced, signal);
  const same = [labels.image, labels.configHash].every((label) => spec.Labels?.[label] === replaced.labels[label]);
  if (work.onlyIfChanged && same) return false;
  const wasUp = replaced.state === 'running' || replaced.state === 'restarting';
  let created: string | undefined;
  try {
    created = await containers.create(spec, { signal });
    await stopForSwap(execution, replaced, signal);
  } catch (error) {
    await putBack(execution, { passingName, old: replaced, restart: wasUp && created !== undefined });
    throw error;
  }
  const swap = cleanupSignal(swapMs);
  await containers.remove(replaced.id, { force: true, signal: swap });
  execution.forget(service, replaced.id);
  await containers.rename(created, name, { signal: swap });
  execution.add(service, name, created);
  return true;
}

async function stopForSwap({ engine, request }: Execution, { id, state }: ContainerDetails, signal: AbortSignal): Promise<void> {
  if (state === 'paused') await engine.containers.unpause(id, { signal });
  const { stopTimeoutSeconds: graceSeconds } = request;
  await engine.containers.stop(id, { signal, ...(graceSeconds === undefined ? {} : { graceSeconds }) });
}

interface HalfSwap {
  readonly passingName: string;
  readonly old: ContainerDetails;
  /** It ran, and was told to stop. */
  readonly restart: boolean;
}

/** The new container is found by its name: an aborted creation may have happened without an answer. */
async function putBack({ engine, report }: Execution, { passingName, old, restart }: HalfSwap): Promise<void> {
  const signal = cleanupSignal(swapMs);
  try {
    await engine.containers.remove(passingName, { force: true, volumes: true, signal });
    if (!restart) return;
    // An aborted stop goes on in the engine; starting what is still on its way down would do nothing.
    await engine.containers.stop(old.id, { signal });
    await engine.containers.start(old.id, { signal });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report.log('error', `${old.name} could not be put back as it was: ${why} The next start repairs it.`);
  }
}

async function specOf(
  execution: Execution,
  { service: name, number, name: containerName }: CreateWork | RecreateWork,
  createAs: string,
  replaced: ContainerDetails | undefined,
  signal: AbortSignal,
): Promise<ContainerSpec> {
  const { definition, request } = execution;
  const { options = {} } = request.prepared.request;
  const service = execution.resolved(name);
  const reference = imageName(definition.project.name, name, service);
  const image = await execution.image(reference, signal);
  if (!image) throw imageVanished(name, reference);
  return containerSpec({
    definition,
    name,
    service,
    number,
    containerName,
    createAs,
    image,
    links: linksOf(definition.project.name, service, number, (other) => execution.containersOf(other)),
    replaced,
    renewAnonymousVolumes: options.renewAnonymousVolumes,
    publish: options,
    signal,
  });
}

function imageVanished(service: string, reference: string): Fault {
  return new Fault({
    code: 'image.not-found',
    message: `Image ${reference} of ${service} is not on the engine.`,
    hint: 'Pull or build it, then try again.',
    data: { service, image: reference },
  });
}

import type { Cancellable } from '../base/abort.ts';
import { composeLabels as labels } from '../base/compose-labels.ts';
import { Fault } from '../base/fault.ts';
import { sharedSignal } from '../base/shared-signal.ts';
import type { ContainerDetails } from '../engine/containers.ts';
import type { Engine } from '../engine/engine.ts';
import type { ImageDetails } from '../engine/images.ts';
import type { NetworkDetails } from '../engine/networks.ts';
import type { Volume } from '../engine/volumes.ts';

/** A Compose project as an engine runs it. */
export interface Production {
  readonly projectName: string;
  /** Service → its containers by number, at least one. */
  readonly services: ReadonlyMap<string, readonly ContainerDetails[]>;
  /** Image id → image. One that was removed under its containers is not in it. */
  readonly images: ReadonlyMap<string, ImageDetails>;
  readonly networks: readonly NetworkDetails[];
  readonly volumes: readonly Volume[];
}

export interface RunningProject {
  readonly name: string;
  readonly services: readonly string[];
  readonly running: number;
  readonly containers: number;
}

/** The Compose projects of an engine, by name. Only reads. Raises `engine.*`. */
export async function listProjects(engine: Engine, { signal }: Cancellable): Promise<RunningProject[]> {
  const containers = (await engine.containers.list({ labels: [labels.project], signal })).filter((one) => one.labels[labels.oneOff] !== 'True');
  const names = [...new Set(containers.map((one) => one.labels[labels.project] ?? ''))].sort();
  return names.map((name) => {
    const own = containers.filter((one) => one.labels[labels.project] === name);
    return {
      name,
      services: [...new Set(own.map((one) => one.labels[labels.service] ?? ''))].sort(),
      running: own.filter(({ state }) => state === 'running').length,
      containers: own.length,
    };
  });
}

/** Everything about one project. Only reads. Raises `project.not-found`, `engine.*`. */
export async function readProduction(engine: Engine, projectName: string, options: Cancellable): Promise<Production> {
  const signal = sharedSignal(options.signal);
  const listed = await engine.containers.list({ labels: [`${labels.project}=${projectName}`], signal });
  const own = listed.filter((one) => one.labels[labels.oneOff] !== 'True');
  if (own.length === 0) throw notFound(projectName, (await listProjects(engine, { signal })).map(({ name }) => name));
  const [containers, networks, volumes] = await Promise.all([
    Promise.all(own.map(({ id }) => engine.containers.inspect(id, { signal }))),
    engine.networks.list({ signal }),
    engine.volumes.list({ signal }),
  ]);
  const used = new Set(containers.flatMap((container) => Object.values(container.networks).map(({ networkId }) => networkId)));
  const imageIds = [...new Set(containers.map(({ imageId }) => imageId))];
  const images = await Promise.all(imageIds.map((id) => engine.images.inspect(id, { signal }).catch(unlessMissing)));
  return {
    projectName,
    services: byService(containers),
    images: new Map(images.flatMap((image, index) => (image ? [[imageIds[index] ?? image.id, image] as const] : []))),
    networks: await Promise.all(networks.filter(({ id }) => used.has(id)).map(({ id }) => engine.networks.inspect(id, { signal }))),
    volumes,
  };
}

function byService(containers: readonly ContainerDetails[]): Map<string, ContainerDetails[]> {
  const number = (container: ContainerDetails): number => Number(container.labels[labels.containerNumber] ?? 0);
  const services = new Map<string, ContainerDetails[]>();
  for (const container of containers.toSorted((a, b) => number(a) - number(b))) {
    const name = container.labels[labels.service] ?? '';
    services.set(name, [...(services.get(name) ?? []), container]);
  }
  return new Map([...services].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Fault && error.problem.code === 'image.not-found') return undefined;
  throw error;
}

function notFound(projectName: string, others: readonly string[]): Fault {
  return new Fault({
    code: 'project.not-found',
    message: `That engine has no containers of a Compose project ${projectName}.`,
    hint: others.length > 0 ? `It has: ${others.join(', ')}.` : 'It has no Compose projects at all.',
    data: { projects: others },
  });
}

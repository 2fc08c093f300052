import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { sharedSignal } from '../base/shared-signal.ts';
import type { ContainerDetails } from '../engine/containers.ts';
import type { Engine } from '../engine/engine.ts';
import type { Network } from '../engine/networks.ts';
import type { Volume } from '../engine/volumes.ts';
import { ofProject } from './labels.ts';

/** What the engine has of one project at one moment. */
export interface ObservedStack {
  readonly projectName: string;
  /** The project's containers, one-off ones too, sorted by name. */
  readonly containers: readonly ContainerDetails[];
  /** All networks of the engine: a name that the project wants may be another's. */
  readonly networks: readonly Network[];
  /** All volumes of the engine, for the same reason. */
  readonly volumes: readonly Volume[];
}

/** Looks at the engine. Raises `engine.*`; never yields a part of the truth. */
export async function observeStack(engine: Engine, projectName: string, options: Cancellable = {}): Promise<ObservedStack> {
  const signal = sharedSignal(options.signal);
  const [containers, networks, volumes] = await Promise.all([
    observeContainers(engine, projectName, { signal }),
    engine.networks.list({ signal }),
    engine.volumes.list({ signal }),
  ]);
  return { projectName, containers, networks, volumes };
}

async function observeContainers(engine: Engine, projectName: string, { signal }: Cancellable): Promise<ContainerDetails[]> {
  const listed = await engine.containers.list({ labels: [ofProject(projectName)], signal });
  const details = await Promise.all(listed.map(({ id }) => inspectUnlessGone(engine, id, { signal })));
  return sortByName(details.filter((container) => container !== undefined));
}

export function sortByName(containers: readonly ContainerDetails[]): ContainerDetails[] {
  return containers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A container may go away between being listed and being looked at. */
export async function inspectUnlessGone(engine: Engine, id: string, { signal }: Cancellable): Promise<ContainerDetails | undefined> {
  try {
    return await engine.containers.inspect(id, { signal });
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'engine.not-found') return undefined;
    throw error;
  }
}

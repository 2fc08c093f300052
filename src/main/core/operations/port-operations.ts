import type { EnvironmentRecord, PortRemap } from '../../../shared/models/environment.ts';
import type { PortRow } from '../../../shared/models/port.ts';
import type { Cancellable } from '../base/abort.ts';
import type { Project } from '../compose/project.ts';
import type { EngineConnection } from '../engine/engine-connection.ts';
import type { Engine } from '../engine/engine.ts';
import type { EnvironmentLoader, LoadedEnvironment } from '../environments/environment-loader.ts';
import type { Library } from '../environments/library.ts';
import type { StateStore } from '../environments/state-store.ts';
import { findPortConflicts, type PortConflict } from '../ports/conflicts.ts';
import type { HostPorts } from '../ports/host-ports.ts';
import { portKey, portRows } from '../ports/port-rows.ts';
import { acceptsConnection } from '../ports/probe.ts';
import { suggestPort } from '../ports/suggest-port.ts';
import { wantedPorts } from '../ports/wanted-port.ts';
import { observeStack, type ObservedStack } from '../stacks/observe.ts';

export interface PortOperationsParts {
  readonly connection: EngineConnection;
  readonly loader: EnvironmentLoader;
  readonly library: Library;
  readonly state: StateStore;
  readonly hostPorts: (engine: Engine) => HostPorts;
}

/** Which host ports environments use, and which they can't have. */
export class PortOperations {
  readonly #parts: PortOperationsParts;

  constructor(parts: PortOperationsParts) {
    this.#parts = parts;
  }

  /** The ports of these environments as they are now. Raises `engine.*`, `project.*`. */
  async rows(records: readonly EnvironmentRecord[], { signal }: Cancellable): Promise<PortRow[]> {
    const engine = await this.#parts.connection.get({ signal });
    const stacks = await Promise.all(
      records.map(async ({ projectName }) => [projectName, await observeStack(engine, projectName, { signal })] as const),
    );
    const rows = await Promise.all(records.map((record) => this.#rowsOf(record, new Map(stacks), { signal })));
    return rows.flat();
  }

  /** The same from what is known of the engine already; environments that can't be loaded have no rows. */
  async describe(
    records: readonly EnvironmentRecord[],
    stacks: ReadonlyMap<string, ObservedStack>,
    { signal }: Cancellable,
  ): Promise<PortRow[]> {
    const rows = await Promise.all(records.map((record) => this.#rowsOf(record, stacks, { signal }).catch(() => [])));
    signal?.throwIfAborted();
    return rows.flat();
  }

  /** Everything that keeps the environment from having its ports, with a free one near each. Empty: none does. */
  async conflicts(
    engine: Engine,
    record: EnvironmentRecord,
    loaded: LoadedEnvironment,
    { signal }: Cancellable,
  ): Promise<PortConflict[]> {
    const others = this.#parts.library.list().filter(({ id }) => id !== record.id);
    return findPortConflicts({
      projectName: record.projectName,
      wanted: wantedPorts(loaded.definition.project, this.#publishing()),
      containers: await engine.containers.list({ signal }),
      reserved: others.map(({ id, name, portRemaps }) => ({ environmentId: id, environmentName: name, remaps: portRemaps })),
      host: this.#parts.hostPorts(engine),
      signal,
    });
  }

  /** Gives the environment the suggested ports for good. */
  remap(record: EnvironmentRecord, conflicts: readonly PortConflict[]): EnvironmentRecord {
    const moved = conflicts.flatMap(({ service, containerPort, protocol, suggestion }): PortRemap[] =>
      suggestion === undefined ? [] : [{ service, containerPort, protocol, hostPort: suggestion }],
    );
    const same = (one: PortRemap, other: PortRemap): boolean =>
      one.service === other.service && one.containerPort === other.containerPort && one.protocol === other.protocol;
    const kept = record.portRemaps.filter((old) => !moved.some((fresh) => same(old, fresh)));
    return this.#parts.library.setRemaps(record, [...kept, ...moved]);
  }

  /**
   * Host ports for a new environment near those that its files ask for, whether these are taken now or not: so it runs
   * beside the one that has them. Stores nothing. Ports without a free neighbour stay as they are.
   */
  async ownPorts(engine: Engine, { project, promised }: { project: Project; promised: readonly PortRemap[] }, { signal }: Cancellable): Promise<PortRemap[]> {
    const wanted = wantedPorts(project, this.#publishing());
    const containers = await engine.containers.list({ signal });
    const others = this.#parts.library.list().map(({ id, name, portRemaps }) => ({ environmentId: id, environmentName: name, remaps: portRemaps }));
    const reserved = [...others, { environmentId: '', environmentName: '', remaps: promised }];
    const taken = new Set(wanted.flatMap(({ hostPorts }) => hostPorts));
    const remaps: PortRemap[] = [];
    for (const { service, containerPort, protocol, hostIp, hostPorts } of wanted) {
      const [hostPort] = hostPorts;
      if (hostPort === undefined) continue;
      const free = await suggestPort({ hostPort, hostIp, protocol, taken, containers, reserved, host: this.#parts.hostPorts(engine), signal });
      if (free === undefined) continue;
      taken.add(free);
      remaps.push({ service, containerPort, protocol, hostPort: free });
    }
    return remaps;
  }

  async #rowsOf(
    record: EnvironmentRecord,
    stacks: ReadonlyMap<string, ObservedStack>,
    { signal }: Cancellable,
  ): Promise<PortRow[]> {
    const loaded = await this.#parts.loader.load(record, { signal });
    const request = {
      project: loaded.definition.project,
      original: loaded.original,
      containers: stacks.get(record.projectName)?.containers ?? [],
      environment: { id: record.id, name: record.name },
      ...this.#publishing(),
    };
    return portRows({ ...request, reachable: await reachable(portRows(request), { signal }) });
  }

  #publishing(): { publishOnLoopback: boolean } {
    return { publishOnLoopback: this.#parts.state.read().settings.publishOnLoopback };
  }
}

/** Which of the running TCP ports really answer: an engine keeps a port open though nothing listens behind it. */
async function reachable(rows: readonly PortRow[], { signal }: Cancellable): Promise<ReadonlyMap<string, boolean>> {
  const tried = rows.flatMap(({ state, protocol, hostIp, hostPort }) =>
    state === 'listening' && protocol === 'tcp' && hostPort !== undefined ? [{ protocol, hostIp, hostPort }] : [],
  );
  return new Map(await Promise.all(tried.map(async (port) => [portKey(port), await acceptsConnection(port, { signal })] as const)));
}

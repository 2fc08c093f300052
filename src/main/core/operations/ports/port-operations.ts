import type { EnvironmentRecord, PortRemap } from '../../../../shared/models/environment.ts';
import type { PortRow } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import { composeLabels } from '../../base/compose-labels.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { Project } from '../../compose/project.ts';
import type { ContainerSummary } from '../../engine/containers.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader, LoadedEnvironment } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { StateStore } from '../../environments/state-store.ts';
import { findPortConflicts, type PortConflict, type ReservedPorts } from '../../ports/conflicts.ts';
import { givenPorts } from '../../ports/given-ports.ts';
import type { HostListener, HostPorts } from '../../ports/host-ports.ts';
import { foreignRows, publishedBy } from '../../ports/machine-rows.ts';
import { type KnownProbes, portRows, type PortRowsRequest } from '../../ports/port-rows.ts';
import { suggestPort } from '../../ports/suggest-port.ts';
import { wantedPorts, type PublishOptions } from '../../ports/wanted-port.ts';
import { probeRows } from './port-probes.ts';

export interface PortOperationsParts {
  readonly connection: EngineConnection;
  readonly loader: EnvironmentLoader;
  readonly library: Library;
  readonly state: StateStore;
  readonly hostPorts: (engine: Engine) => HostPorts;
}

/** What is known of the ports of one environment's rows, or of what belongs to none. */
export type ProbeGroup = (key: string, rows: readonly PortRow[]) => KnownProbes | Promise<KnownProbes>;

/** Which host ports environments use, and which they can't have. */
export class PortOperations {
  readonly #parts: PortOperationsParts;

  constructor(parts: PortOperationsParts) {
    this.#parts = parts;
  }

  /** The ports of these environments as they are now, each tried. Raises `engine.*`, `project.*`, `port.invalid`. */
  async rows(records: readonly EnvironmentRecord[], options: Cancellable): Promise<PortRow[]> {
    const signal = sharedSignal(options.signal);
    const engine = await this.#parts.connection.get({ signal });
    const containers = await engine.containers.list({ signal });
    const probe: ProbeGroup = (_key, rows) => probeRows(rows, { signal });
    return (await Promise.all(records.map((record) => this.environmentRows(engine, record, containers, probe, { signal })))).flat();
  }

  /**
   * The ports of the whole machine: of every environment in the library, of other containers, and of programs outside
   * any. Environments whose files can't be loaded are listed by what runs of them. Raises `engine.*`.
   */
  async machine(options: Cancellable): Promise<PortRow[]> {
    const signal = sharedSignal(options.signal);
    const engine = await this.#parts.connection.get({ signal });
    const containers = await engine.containers.list({ signal });
    const listeners = this.#parts.hostPorts(engine).listeners({ signal, except: publishedBy(containers) });
    const probe: ProbeGroup = (_key, rows) => probeRows(rows, { signal });
    return this.machineRows(engine, this.#parts.library.list(), { containers, listeners }, probe, { signal });
  }

  /** The same from what is known of the machine already. */
  async machineRows(
    engine: Engine,
    records: readonly EnvironmentRecord[],
    machine: { readonly containers: readonly ContainerSummary[]; readonly listeners: readonly HostListener[] | Promise<readonly HostListener[]> },
    probe: ProbeGroup,
    { signal }: Cancellable,
  ): Promise<PortRow[]> {
    const { containers } = machine;
    const [listeners, loaded] = await Promise.all([
      machine.listeners,
      Promise.all(
        records.map(async (record) => ({
          projectName: record.projectName,
          rows: await this.environmentRows(engine, record, containers, probe, { signal }).catch(() => undefined),
        })),
      ),
    ]);
    signal?.throwIfAborted();
    const knownProjects = new Set(loaded.flatMap(({ projectName, rows }) => (rows ? [projectName] : [])));
    const request = { containers, knownProjects, listeners };
    const probes = await probe('', foreignRows(request));
    return [...loaded.flatMap(({ rows }) => rows ?? []), ...foreignRows({ ...request, probes })];
  }

  /** The rows of one environment; `containers` are all those of the engine. Raises `project.*`, `port.invalid`. */
  async environmentRows(
    engine: Engine | undefined,
    record: EnvironmentRecord,
    containers: readonly ContainerSummary[],
    probe: ProbeGroup,
    { signal }: Cancellable,
  ): Promise<PortRow[]> {
    const loaded = await this.#parts.loader.load(record, { signal });
    const own = containers.filter(({ labels }) => labels[composeLabels.project] === record.projectName);
    const request: PortRowsRequest = {
      project: loaded.definition.project,
      original: loaded.original,
      remaps: record.portRemaps,
      containers: own,
      environment: { id: record.id, name: record.name },
      ...this.#publishing(),
    };
    const rows = portRows(request);
    const idle = new Set(rows.flatMap((row) => (row.state === 'free' && row.service !== undefined ? [row.service] : [])));
    const [conflicts, probes] = await Promise.all([
      engine && idle.size > 0 ? this.#conflictsOf(engine, record, loaded, containers, { signal, services: idle, suggest: false }) : [],
      probe(record.projectName, rows),
    ]);
    return portRows({ ...request, conflicts, probes });
  }

  /** Everything that keeps the environment from having its ports, with a free one near each. Empty: none does. */
  async conflicts(
    engine: Engine,
    record: EnvironmentRecord,
    loaded: LoadedEnvironment,
    { signal, services }: Cancellable & { readonly services?: ReadonlySet<string> },
  ): Promise<PortConflict[]> {
    const containers = await engine.containers.list({ signal });
    return this.#conflictsOf(engine, record, loaded, containers, { signal, ...(services ? { services } : {}) });
  }

  /** Gives the environment the suggested ports for good. */
  remap(record: EnvironmentRecord, conflicts: readonly PortConflict[]): EnvironmentRecord {
    const moved = conflicts.flatMap(({ service, containerPort, protocol, hostPort, suggestion }): PortRemap[] => {
      if (suggestion === undefined) return [];
      const target = { service, containerPort, protocol };
      const before = record.portRemaps.find((old) => isSame(old, target) && old.hostPort === hostPort);
      return [{ ...(before ?? target), hostPort: suggestion }];
    });
    const kept = record.portRemaps.filter((old) => !moved.some((fresh) => isSame(old, fresh) && old.requestedPort === fresh.requestedPort));
    return this.#parts.library.setRemaps(record, [...kept, ...moved]);
  }

  /**
   * Host ports for a new environment near those that its files ask for, whether these are taken now or not: so it runs
   * beside the one that has them. Stores nothing. Ports without a free neighbour stay as they are.
   */
  async ownPorts(engine: Engine, { project, promised }: { project: Project; promised: readonly PortRemap[] }, { signal }: Cancellable): Promise<PortRemap[]> {
    const wanted = wantedPorts(project, this.#publishing());
    const containers = await engine.containers.list({ signal });
    const reserved = [...this.#reservedByOthers({ id: '' }), { environmentId: '', environmentName: '', remaps: promised }];
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

  /**
   * Gives the environment a fixed port wherever its files leave the choice to the engine, so that it is the same after
   * every start. Services that run already, or in several containers, keep what the engine chose.
   */
  async settleGiven(engine: Engine, record: EnvironmentRecord, loaded: LoadedEnvironment, { signal }: Cancellable): Promise<EnvironmentRecord> {
    const given = await givenPorts({
      project: loaded.definition.project,
      containers: await engine.containers.list({ signal }),
      reserved: this.#reservedByOthers(record),
      host: this.#parts.hostPorts(engine),
      signal,
      ...this.#publishing(),
    });
    return given.length === 0 ? record : this.#parts.library.setRemaps(record, [...record.portRemaps, ...given]);
  }

  async #conflictsOf(
    engine: Engine,
    record: EnvironmentRecord,
    loaded: LoadedEnvironment,
    containers: readonly ContainerSummary[],
    { signal, services, suggest = true }: Cancellable & { readonly services?: ReadonlySet<string>; readonly suggest?: boolean },
  ): Promise<PortConflict[]> {
    const wanted = wantedPorts(loaded.definition.project, this.#publishing());
    const conflicts = await findPortConflicts({
      projectName: record.projectName,
      wanted: services ? wanted.filter(({ service }) => services.has(service)) : wanted,
      containers,
      reserved: this.#reservedByOthers(record),
      host: this.#parts.hostPorts(engine),
      suggest,
      signal,
    });
    return conflicts.map((conflict) => ({ ...conflict, holder: this.#named(conflict.holder) }));
  }

  /** A service's project is an environment of the library, where it has one: that is what a person can stop. */
  #named(holder: PortConflict['holder']): PortConflict['holder'] {
    if (holder.kind !== 'service' || holder.environmentId !== undefined) return holder;
    const environment = this.#parts.library.list().find(({ projectName }) => projectName === holder.name);
    return environment ? { ...holder, name: environment.name, environmentId: environment.id } : holder;
  }

  #reservedByOthers({ id }: Pick<EnvironmentRecord, 'id'>): ReservedPorts[] {
    return this.#parts.library
      .list()
      .filter((other) => other.id !== id)
      .map((other) => ({ environmentId: other.id, environmentName: other.name, remaps: other.portRemaps }));
  }

  #publishing(): PublishOptions {
    return { publishOnLoopback: this.#parts.state.read().settings.publishOnLoopback };
  }
}

function isSame(one: PortRemap, other: Pick<PortRemap, 'service' | 'containerPort' | 'protocol'>): boolean {
  return one.service === other.service && one.containerPort === other.containerPort && one.protocol === other.protocol;
}

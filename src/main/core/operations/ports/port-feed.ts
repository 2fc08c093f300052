import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { PortRow } from '../../../../shared/models/port.ts';
import { sleep, type Cancellable } from '../../base/abort.ts';
import { isAbort } from '../../base/fault.ts';
import { Live } from '../../base/live.ts';
import { recompute } from '../../base/recompute.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { ContainerSummary } from '../../engine/containers.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { StateStore } from '../../environments/state-store.ts';
import type { HostListener, HostPorts } from '../../ports/host-ports.ts';
import { publishedBy } from '../../ports/machine-rows.ts';
import type { PortOperations, ProbeGroup } from './port-operations.ts';
import { PortProbes } from './port-probes.ts';

export interface PortFeedParts {
  readonly connection: EngineConnection;
  readonly state: StateStore;
  readonly ports: PortOperations;
  readonly hostPorts: (engine: Engine) => HostPorts;
}

/** What the engine and the machine have; the engine is absent while none can be reached. */
interface Surroundings {
  readonly engine?: Engine;
  readonly containers: readonly ContainerSummary[];
  readonly listeners: readonly HostListener[];
}

/** What events tell before the engine's lists do. */
interface Told {
  /** Containers that ended, which the engine may list as running for some seconds more. */
  readonly ended: Set<string>;
  /** Container → how often it was started while somebody looked. */
  readonly starts: Map<string, number>;
}

/** Events that come within this many milliseconds after a look at the engine are looked at together. */
const quietMs = 40;
/** Programs that begin to listen tell nobody: so often they are looked for, while somebody watches them. Milliseconds. */
const listenersMs = 5_000;
/** Engines tell that a container ended before they list it as ended and let go of its ports: looked at again then. Milliseconds. */
const settleMs = [250, 1_500];
/** A program that has a port of ours goes away without telling: so often it is looked for, while somebody watches. Milliseconds. */
const conflictMs = 1_000;
/** Events after which a container has other ports than before. */
const telling = /^(start|die|destroy|pause|unpause|rename|health_status.*)$/;

/** The ports tables that one can watch. What they cost, they cost only while somebody looks. */
export class PortFeed {
  readonly #parts: PortFeedParts;
  /** Counts up when a person asks for all ports to be tried again. */
  readonly #asked = new Live(0);

  constructor(parts: PortFeedParts) {
    this.#parts = parts;
  }

  /** Tries the ports that somebody looks at again. */
  probeAgain(): void {
    this.#asked.update((count) => count + 1);
  }

  /**
   * The ports of these environments, or with `machine` of everything on this machine; again after every change.
   * A single environment that can't be loaded raises `project.*`; among several it has no rows.
   */
  async *watch(
    records: () => readonly EnvironmentRecord[],
    { signal, machine = false, strict = false }: Cancellable & { readonly machine?: boolean; readonly strict?: boolean },
  ): AsyncGenerator<PortRow[], void, void> {
    const stop = new AbortController();
    const inner = sharedSignal(signal, stop.signal);
    const { state } = this.#parts;
    const around = new Live<Surroundings | undefined>(undefined);
    const told: Told = { ended: new Set(), starts: new Map() };
    const probes = new PortProbes({ signal: inner });
    const waiting = new Live(0);
    const following = Promise.all([this.#followEngine(around, told, machine, inner), this.#followRequests(probes, inner)]);
    try {
      yield* recompute(
        [state.changes, around, probes.changes, waiting],
        async () => {
          const rows = await this.#rows(records(), around, told, probes, { machine, strict, signal: inner });
          if (rows.some(({ state: now, holder }) => now === 'conflict' && holder?.kind !== 'service' && holder?.kind !== 'container')) {
            void sleep(conflictMs, { signal: inner }).then(() => waiting.update((count) => count + 1), unlessAborted);
          }
          return rows;
        },
        { signal },
      );
    } catch (error) {
      if (!(signal?.aborted && isAbort(error))) throw error;
    } finally {
      stop.abort();
      await following;
    }
  }

  async #rows(
    records: readonly EnvironmentRecord[],
    around: Live<Surroundings | undefined>,
    { starts }: Told,
    probes: PortProbes,
    { machine, strict, signal }: { readonly machine: boolean; readonly strict: boolean; readonly signal: AbortSignal },
  ): Promise<PortRow[]> {
    const { ports } = this.#parts;
    const seen = around.value ?? (await this.#look(undefined, signal));
    if (!around.value && !seen.engine) around.set(seen);
    const { engine, containers, listeners } = seen;
    const subjectOf = standsBehind(containers, starts);
    const probe: ProbeGroup = (key, rows) => probes.of(key, rows, subjectOf);
    if (machine && engine) return ports.machineRows(engine, records, { containers, listeners }, probe, { signal });
    const found = records.map((record) => ports.environmentRows(engine, record, containers, probe, { signal }));
    return (await Promise.all(strict ? found : found.map((rows) => rows.catch(() => [])))).flat();
  }

  async #followRequests(probes: PortProbes, signal: AbortSignal): Promise<void> {
    for await (const count of this.#asked.watch({ signal })) if (count > 0) probes.again();
  }

  /** Keeps `around` up to date with the engine's events, whichever engine is connected. */
  async #followEngine(around: Live<Surroundings | undefined>, told: Told, machine: boolean, signal: AbortSignal): Promise<void> {
    const wake = new Live(0);
    const refreshing = (async () => {
      for await (const count of wake.watch({ signal })) {
        if (count === 0) continue;
        const { engine, containers: listed } = await this.#look(around.value, signal);
        const containers = listed.map((container) => (told.ended.has(container.id) ? asEnded(container) : container));
        const show = (listeners: readonly HostListener[]): void => around.set({ ...(engine ? { engine } : {}), containers, listeners });
        show(around.value?.listeners ?? []);
        if (machine && engine) show(await this.#parts.hostPorts(engine).listeners({ signal, except: publishedBy(containers) }));
        await sleep(quietMs, { signal });
      }
    })().catch(unlessAborted);
    const ticking = machine ? this.#tick(wake, signal).catch(unlessAborted) : undefined;
    try {
      for await (const engine of this.#parts.connection.engines({ signal })) {
        await this.#followEvents(engine, around, told, () => wake.update((count) => count + 1), signal);
        around.set({ containers: [], listeners: [] });
        await sleep(1_000, { signal });
      }
    } catch (error) {
      unlessAborted(error);
    }
    await Promise.all([refreshing, ticking]);
  }

  /** An end is shown from the event itself; for everything else the engine is looked at. */
  async #followEvents(engine: Engine, around: Live<Surroundings | undefined>, { ended, starts }: Told, look: () => void, signal: AbortSignal): Promise<void> {
    const settling = new Set<NodeJS.Timeout>();
    try {
      for await (const event of engine.events.watch({ signal })) {
        if (event.kind !== 'connected' && !(event.kind === 'container' && telling.test(event.action)) && !(event.kind === 'network' && event.action === 'disconnect')) continue;
        if (event.kind === 'connected') {
          ended.clear();
        } else if (event.action === 'die') {
          ended.add(event.id);
          around.update((seen) => seen && { ...seen, containers: seen.containers.map((container) => (container.id === event.id ? asEnded(container) : container)) });
        } else if (event.action === 'start') {
          ended.delete(event.id);
          starts.set(event.id, (starts.get(event.id) ?? 0) + 1);
        }
        look();
        for (const timer of settling) clearTimeout(timer);
        settling.clear();
        for (const ms of settleMs) settling.add(setTimeout(look, ms));
      }
    } catch (error) {
      // The connection tells the window by itself that the engine is gone; here it is only waited for.
      if (isAbort(error)) throw error;
    } finally {
      for (const timer of settling) clearTimeout(timer);
    }
  }

  async #tick(wake: Live<number>, signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(listenersMs, { signal });
      wake.update((count) => count + 1);
    }
  }

  async #look(before: Surroundings | undefined, signal: AbortSignal): Promise<Surroundings> {
    try {
      const engine = await this.#parts.connection.get({ signal });
      return { engine, containers: await engine.containers.list({ signal }), listeners: [] };
    } catch (error) {
      if (isAbort(error)) throw error;
      return before ?? { containers: [], listeners: [] };
    }
  }
}

/** It keeps its ports: the engine lets go of them a while after the end, and until then nobody else has them. */
function asEnded(container: ContainerSummary): ContainerSummary {
  return container.state === 'running' ? { ...container, state: 'exited' } : container;
}

/** Tells when another container, or the same one started anew or in other health, stands behind a row's port. */
function standsBehind(containers: readonly ContainerSummary[], starts: ReadonlyMap<string, number>): (row: PortRow) => string {
  const subjects = new Map<number, string>();
  for (const { id, state, health, ports } of containers) {
    for (const { hostPort } of ports) {
      if (hostPort !== undefined) subjects.set(hostPort, `${subjects.get(hostPort) ?? ''}${id} ${starts.get(id) ?? 0} ${state} ${health};`);
    }
  }
  return ({ hostPort }) => (hostPort === undefined ? '' : (subjects.get(hostPort) ?? ''));
}

function unlessAborted(error: unknown): void {
  if (!isAbort(error)) throw error;
}

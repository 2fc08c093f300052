import { type Cancellable, cleanupSignal } from '../../base/abort.ts';
import type { ContainerDetails, ContainerSummary } from '../../engine/containers.ts';
import type { Engine } from '../../engine/engine.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import type { Freeze } from '../../snapshots/capture.ts';
import { dependenciesOf, serviceOf } from '../../stacks/labels.ts';
import { inspectUnlessGone, type ObservedStack } from '../../stacks/observe.ts';
import { HoldJournal } from './hold-journal.ts';

/** Time that starting held services again may take, in milliseconds. */
const resumeMs = 120_000;

export interface HoldScope {
  /** Names of the volumes, and paths of the bind mounts, whose users are held. */
  readonly volumes: readonly string[];
  /** Where notes about held services lie until they go on. */
  readonly journalDirectory: string;
  /** Services that may go on though they use them. */
  readonly exempt?: ReadonlySet<string>;
}

/**
 * Holds the services that use some volumes still while their data is read or replaced, and lets them go on: also when
 * the work failed or was cancelled, and when this process is killed, at the next start (`HoldJournal`).
 */
export class ServiceHold {
  readonly #engine: Engine;
  readonly #scope: HoldScope;
  /** What uses the volumes now, dependencies first. */
  readonly #users: readonly ContainerDetails[];

  constructor(engine: Engine, observed: ObservedStack, scope: HoldScope) {
    this.#engine = engine;
    this.#scope = scope;
    this.#users = inDependencyOrder(
      observed.containers.filter(
        (container) => uses(container, scope.volumes) && isUp(container) && !scope.exempt?.has(serviceOf(container)),
      ),
    );
  }

  /** False when nothing that uses the volumes is up. */
  get isNeeded(): boolean {
    return this.#users.length > 0;
  }

  get services(): string {
    return [...new Set(this.#users.map(serviceOf))].join(', ');
  }

  /** Pauses them, and lets them go on. Those that somebody else paused stay so. */
  paused(): Freeze {
    const users = this.#users.filter(({ state }) => state === 'running');
    return this.#freeze('paused', users, {
      hold: ({ id }, options) => this.#engine.containers.pause(id, options),
      release: ({ id }, options) => this.#engine.containers.unpause(id, options),
    });
  }

  /** Stops them, dependents first, and starts them again, dependencies first. */
  stopped(): Freeze {
    return this.#freeze('stopped', this.#users, {
      hold: async ({ id, state }, options) => {
        if (state === 'paused') await this.#engine.containers.unpause(id, options);
        await this.#engine.containers.stop(id, options);
      },
      release: async ({ id, state }, options) => {
        await this.#engine.containers.start(id, options);
        if (state === 'paused') await this.#engine.containers.pause(id, options);
      },
    });
  }

  /** Does the work while they are stopped. */
  async whileStopped<T>({ signal, report }: JobContext, work: () => Promise<T>): Promise<T> {
    const step = (id: string, title: string, state: 'running' | 'done'): void => {
      if (this.isNeeded) report({ type: 'step', step: { id, title, state } });
    };
    const freeze = this.stopped();
    try {
      step('hold', `Stopping ${this.services}`, 'running');
      await freeze.pause({ signal });
      step('hold', `Stopping ${this.services}`, 'done');
      return await work();
    } finally {
      step('resume', `Starting ${this.services} again`, 'running');
      await freeze.resume({ signal: cleanupSignal(resumeMs) });
      step('resume', `Starting ${this.services} again`, 'done');
    }
  }

  /** Stops whatever is up with one of these volumes, whichever project it belongs to. */
  static async stopUsersOf(engine: Engine, volumes: readonly string[], { signal }: Cancellable): Promise<void> {
    const containers = await engine.containers.list({ signal });
    for (const { id, state } of containers.filter((container) => uses(container, volumes) && isUp(container))) {
      if (state === 'paused') await engine.containers.unpause(id, { signal });
      await engine.containers.stop(id, { signal });
    }
  }

  #freeze(
    how: 'paused' | 'stopped',
    users: readonly ContainerDetails[],
    { hold, release }: Record<'hold' | 'release', (container: ContainerDetails, options: Cancellable) => Promise<void>>,
  ): Freeze {
    const held: ContainerDetails[] = [];
    let journal: HoldJournal | undefined;
    return {
      pause: async (options) => {
        if (users.length === 0) return;
        journal = await HoldJournal.begin(this.#scope.journalDirectory, { how, containers: users.map(({ id }) => id) });
        for (const container of users.toReversed()) {
          // A cancelled call may have reached the engine all the same.
          held.unshift(container);
          await hold(container, options);
        }
      },
      resume: async ({ signal }) => {
        const failures: unknown[] = [];
        for (const container of held.splice(0)) {
          await this.#releaseIfHeld(how, container, release, { signal }).catch((error: unknown) => failures.push(error));
        }
        if (failures.length > 0) await journal?.giveUp();
        else await journal?.end();
        if (failures.length > 0) throw failures[0];
      },
    };
  }

  async #releaseIfHeld(
    how: 'paused' | 'stopped',
    container: ContainerDetails,
    release: (container: ContainerDetails, options: Cancellable) => Promise<void>,
    { signal }: Cancellable,
  ): Promise<void> {
    const now = await inspectUnlessGone(this.#engine, container.id, { signal });
    const isHeld = now !== undefined && (how === 'paused' ? now.state === 'paused' : !isUp(now));
    if (isHeld) await release(container, { signal });
  }
}

function isUp({ state }: Pick<ContainerSummary, 'state'>): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

function uses({ mounts }: Pick<ContainerSummary, 'mounts'>, volumes: readonly string[]): boolean {
  return mounts.some(({ type, name, source }) => volumes.includes((type === 'volume' ? name : type === 'bind' ? source : '') ?? ''));
}

/** A service comes after those that it depends on. */
function inDependencyOrder(containers: readonly ContainerDetails[]): ContainerDetails[] {
  const ordered: ContainerDetails[] = [];
  const visited = new Set<ContainerDetails>();
  const visit = (container: ContainerDetails): void => {
    if (visited.has(container)) return;
    visited.add(container);
    const needed = dependenciesOf(container);
    for (const other of containers) if (needed.includes(serviceOf(other))) visit(other);
    ordered.push(container);
  };
  for (const container of containers) visit(container);
  return ordered;
}

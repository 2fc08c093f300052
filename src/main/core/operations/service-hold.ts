import { type Cancellable, cleanupSignal } from '../base/abort.ts';
import type { ContainerDetails } from '../engine/containers.ts';
import type { Engine } from '../engine/engine.ts';
import type { JobContext } from '../jobs/jobs.ts';
import type { Freeze } from '../snapshots/capture.ts';
import { dependenciesOf, serviceOf } from '../stacks/labels.ts';
import type { ObservedStack } from '../stacks/observe.ts';

/** Time that starting held services again may take, in milliseconds. */
const resumeMs = 120_000;

/** Holds the services of a stack still while their data is read (paused) or replaced (stopped), and lets them go on. */
export class ServiceHold implements Freeze {
  readonly #engine: Engine;
  readonly #observed: ObservedStack;
  #paused: ContainerDetails[] = [];

  constructor(engine: Engine, observed: ObservedStack) {
    this.#engine = engine;
    this.#observed = observed;
  }

  /** False when nothing that mounts a volume is running. */
  get isNeeded(): boolean {
    return this.#runningUsers().length > 0;
  }

  async pause({ signal }: Cancellable): Promise<void> {
    for (const container of this.#runningUsers()) {
      await this.#engine.containers.pause(container.id, { signal });
      this.#paused.push(container);
    }
  }

  async resume({ signal }: Cancellable): Promise<void> {
    const paused = this.#paused;
    this.#paused = [];
    await Promise.all(paused.map(({ id }) => this.#engine.containers.unpause(id, { signal })));
  }

  /**
   * Stops the containers that use these volumes, dependents first, does the work and starts them again, dependencies
   * first; also when the work failed or was cancelled.
   */
  async whileStopped<T>(volumes: readonly string[], { signal, report }: JobContext, work: () => Promise<T>): Promise<T> {
    const users = inDependencyOrder(this.#runningUsers(volumes));
    const step = (state: 'running' | 'done', id: string, title: string): void => {
      if (users.length > 0) report({ type: 'step', step: { id, title, state } });
    };
    const names = users.map(serviceOf).join(', ');
    try {
      step('running', 'hold', `Stopping ${names}`);
      for (const { id } of users.toReversed()) await this.#engine.containers.stop(id, { signal });
      step('done', 'hold', `Stopping ${names}`);
      return await work();
    } finally {
      step('running', 'resume', `Starting ${names} again`);
      for (const { id } of users) await this.#engine.containers.start(id, { signal: cleanupSignal(resumeMs) });
      step('done', 'resume', `Starting ${names} again`);
    }
  }

  /** Stops whatever runs with one of these volumes, whichever project it belongs to. */
  static async stopUsersOf(engine: Engine, volumes: readonly string[], { signal }: Cancellable): Promise<void> {
    const containers = await engine.containers.list({ signal });
    const users = containers.filter(
      ({ state, mounts }) =>
        (state === 'running' || state === 'paused') && mounts.some(({ name }) => name !== undefined && volumes.includes(name)),
    );
    for (const { id, state } of users) {
      if (state === 'paused') await engine.containers.unpause(id, { signal });
      await engine.containers.stop(id, { signal });
    }
  }

  #runningUsers(volumes?: readonly string[]): ContainerDetails[] {
    return this.#observed.containers.filter(
      ({ state, mounts }) =>
        state === 'running' &&
        mounts.some(({ type, name }) => type === 'volume' && name !== undefined && (volumes?.includes(name) ?? true)),
    );
  }
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

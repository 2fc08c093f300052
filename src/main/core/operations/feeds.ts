import type { EnvironmentSummary, EnvironmentView } from '../../../shared/models/environment.ts';
import type { EnvironmentNetworks } from '../../../shared/models/network.ts';
import type { PortRow } from '../../../shared/models/port.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import type { Cancellable } from '../base/abort.ts';
import { recompute } from '../base/recompute.ts';
import type { EnvironmentLoader } from '../environments/environment-loader.ts';
import type { Library } from '../environments/library.ts';
import type { StackMonitor } from '../environments/stack-monitor.ts';
import type { StateStore } from '../environments/state-store.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { environmentSnapshots } from './snapshots/environment-snapshots.ts';
import type { NetworkOperations } from './ports/network-operations.ts';
import type { PortFeed } from './ports/port-feed.ts';
import type { SnapshotShelf } from './snapshots/snapshot-shelf.ts';
import type { StackQueries } from './stacks/stack-queries.ts';

export interface FeedsParts {
  readonly library: Library;
  readonly loader: EnvironmentLoader;
  readonly state: StateStore;
  readonly monitor: StackMonitor;
  readonly jobs: Jobs;
  readonly queries: StackQueries;
  readonly ports: PortFeed;
  readonly networks: NetworkOperations;
  readonly shelf: SnapshotShelf;
}

/** What the window shows live: each feed yields the present value, then a new one after every change. */
export class Feeds {
  readonly #parts: FeedsParts;

  constructor(parts: FeedsParts) {
    this.#parts = parts;
  }

  environments(options: Cancellable): AsyncGenerator<EnvironmentSummary[], void, void> {
    const { library, state, monitor, jobs, queries } = this.#parts;
    return recompute(
      [state.changes, monitor.stacks, jobs.busy],
      async ({ signal }) => {
        const records = library.list();
        monitor.watch(records);
        const views = await Promise.all(
          records.map((record) => queries.describe(record, monitor.stacks.value.get(record.projectName), { signal })),
        );
        return views.map(({ summary }) => summary);
      },
      options,
    );
  }

  /** Raises `environment.not-found`, also when it is removed meanwhile. */
  environment(id: string, options: Cancellable): AsyncGenerator<EnvironmentView, void, void> {
    const { library, state, monitor, jobs, queries } = this.#parts;
    return recompute(
      [state.changes, monitor.stacks, jobs.busy],
      ({ signal }) => {
        const record = library.get(id);
        return queries.describe(record, monitor.stacks.value.get(record.projectName), { signal });
      },
      options,
    );
  }

  /** Of one environment or of the library; with `machine` of everything else on this machine, too. */
  ports(id: string | undefined, options: Cancellable & { readonly machine?: boolean }): AsyncGenerator<PortRow[], void, void> {
    const { library, ports } = this.#parts;
    return ports.watch(() => (id === undefined ? library.list() : [library.get(id)]), options);
  }

  /** Raises `environment.not-found`, `project.*`. */
  networks(id: string, options: Cancellable): AsyncGenerator<EnvironmentNetworks, void, void> {
    const { library, state, monitor, networks } = this.#parts;
    return recompute(
      [state.changes, monitor.stacks],
      ({ signal }) => {
        const record = library.get(id);
        return networks.describe(record, monitor.stacks.value.get(record.projectName), { signal });
      },
      options,
    );
  }

  probePortsAgain(): void {
    this.#parts.ports.probeAgain();
  }

  snapshots(id: string, options: Cancellable): AsyncGenerator<SnapshotSummary[], void, void> {
    const { library, jobs, shelf, state } = this.#parts;
    return recompute(
      [shelf.changes, jobs.busy, state.changes],
      ({ signal }) => environmentSnapshots(this.#parts, library.get(id), { signal }),
      options,
    );
  }
}

import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference, type ImageReference } from '../../base/image-reference.ts';
import type { SecretStore } from '../../environments/secret-store.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import { RemoteRepository } from '../../registry/client/blobs/remote-repository.ts';
import type { RegistryConnection } from '../../registry/connect/registry-http.ts';
import type { FindCredentials } from '../../registry/registry-clients.ts';
import type { Encryption, Unlocking } from '../../snapshots/crypto/key-jobs.ts';
import { pullSnapshot, type PullResult } from '../../snapshots/share/pull-snapshot.ts';
import { pushSnapshot } from '../../snapshots/share/push-snapshot.ts';
import { ShareKeys } from './share-keys.ts';
import { snapshotProgress } from './snapshot-progress.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';
import { transferProgress } from './transfer-progress.ts';

/** How to reach a registry of that name: its certificates, whether it may go without TLS. */
export type FindRegistry = (registry: string) => RegistryConnection;

export interface SnapshotSharingParts {
  readonly jobs: Jobs;
  readonly shelf: SnapshotShelf;
  readonly secrets: SecretStore;
  readonly findCredentials: FindCredentials;
  readonly findRegistry: FindRegistry;
  readonly clock: Clock;
}

export interface PushOptions {
  readonly encryption?: Encryption | undefined;
}

export interface PullOptions {
  readonly unlocking?: Unlocking | undefined;
  /** Whose snapshot it becomes; that of the environment it was taken from when absent. */
  readonly environment?: Pick<EnvironmentRecord, 'id' | 'name'> | undefined;
}

/** Sending snapshots to registries and fetching them from there. Needs no engine. */
export class SnapshotSharing {
  readonly #parts: SnapshotSharingParts;
  readonly #keys: ShareKeys;
  /** Registry → the repository that was last sent to: what it holds needn't travel to another one of that registry. */
  readonly #lastSentTo = new Map<string, string>();

  constructor(parts: SnapshotSharingParts) {
    this.#parts = parts;
    this.#keys = new ShareKeys(parts.secrets);
  }

  /** Sends a snapshot to `registry/repository[:tag]` as a job. Its result tells the reference by digest. */
  push(snapshotId: string, reference: string, options: PushOptions = {}): string {
    const target = parseTarget(reference);
    return this.#parts.jobs.start({
      kind: 'snapshot.push',
      title: `Push a snapshot to ${target.familiarName}`,
      run: (context) => this.pushWithin(context, snapshotId, reference, options),
    });
  }

  /** `push` inside another job. */
  async pushWithin(context: JobContext, snapshotId: string, reference: string, { encryption }: PushOptions): Promise<Record<string, unknown>> {
    const { registry, repository, tag = 'latest' } = parseTarget(reference);
    const store = await this.#parts.shelf.store();
    const seal = encryption && (await this.#keys.sealFor(`${registry}/${repository}`, encryption, store, context));
    const onTransfer = transferProgress(context, `Send to ${registry}/${repository}`, this.#parts.clock);
    const remote = await this.#open(reference, context);
    try {
      const result = await pushSnapshot({ store, snapshotId, remote, reference: tag, seal, onTransfer, signal: context.signal });
      this.#lastSentTo.set(registry, repository);
      onTransfer.done();
      return { ...result, reference: `${registry}/${repository}@${result.digest}`, tag };
    } finally {
      remote.close();
    }
  }

  /** Fetches a snapshot from `registry/repository[:tag|@digest]` as a job. Its result names the snapshot. */
  pull(reference: string, options: PullOptions = {}): string {
    const { familiarName } = parseImageReference(reference);
    return this.#parts.jobs.start({
      kind: 'snapshot.pull',
      title: `Pull the snapshot ${familiarName}`,
      run: async (context) => {
        const { snapshotId, ...result } = await this.pullWithin(context, reference, options);
        const { name } = await this.#parts.shelf.get(snapshotId, context);
        const { registry, repository } = parseImageReference(reference);
        return { snapshotId, name, ...result, reference: `${registry}/${repository}@${result.digest}` };
      },
    });
  }

  /** `pull` inside another job. */
  async pullWithin(context: JobContext, reference: string, { unlocking, environment }: PullOptions): Promise<PullResult> {
    const { familiarName, registry, repository, tag = 'latest', digest = tag } = parseImageReference(reference);
    const onTransfer = transferProgress(context, `Fetch from ${registry}/${repository}`, this.#parts.clock);
    const remote = await this.#open(reference, context);
    try {
      const result = await pullSnapshot({
        store: await this.#parts.shelf.store(),
        remote,
        reference: digest,
        title: familiarName,
        unlocking,
        environment,
        onTransfer,
        onProgress: snapshotProgress(context, 'pull'),
        signal: context.signal,
      });
      onTransfer.done();
      return result;
    } finally {
      remote.close();
      this.#parts.shelf.noteChange();
    }
  }

  /** The digest that a reference has now, for a lock. Raises `image.not-found`, `registry.*`. */
  async digest(reference: string, options: Cancellable): Promise<string> {
    const { tag = 'latest', digest = tag } = parseImageReference(reference);
    const remote = await this.#open(reference, options);
    try {
      return (await remote.receiveManifest(digest, options)).digest;
    } finally {
      remote.close();
    }
  }

  async #open(reference: string, { signal }: Cancellable): Promise<RemoteRepository> {
    const { registry, repository } = parseImageReference(reference);
    const auth = await this.#parts.findCredentials(reference, { signal });
    const { clock, findRegistry } = this.#parts;
    return new RemoteRepository(findRegistry(registry), repository, { auth, clock, mountFrom: this.#lastSentTo.get(registry) });
  }
}

/** Where a snapshot may be sent to. Raises `image.not-found` for what is no reference, `usage.invalid` for a digest. */
function parseTarget(reference: string): ImageReference {
  const parsed = parseImageReference(reference);
  if (parsed.digest === undefined) return parsed;
  throw new Fault({
    code: 'usage.invalid',
    message: 'A snapshot is pushed to a tag, not to a digest: the digest follows from its content.',
    hint: `Push to ${parsed.registry}/${parsed.repository}:TAG.`,
  });
}

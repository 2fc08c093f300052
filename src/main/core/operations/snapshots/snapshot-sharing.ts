import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference, type ImageReference } from '../../base/image-reference.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { SecretStore } from '../../environments/secret-store.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import { RemoteRepository } from '../../registry/client/blobs/remote-repository.ts';
import type { RegistryConnection } from '../../registry/connect/registry-http.ts';
import type { FindCredentials } from '../../registry/registry-clients.ts';
import type { Encryption, Unlocking } from '../../snapshots/crypto/key-jobs.ts';
import { pullSnapshot, type PullResult } from '../../snapshots/share/pull-snapshot.ts';
import { pushSnapshot } from '../../snapshots/share/push-snapshot.ts';
import { exportSnapshot, importSnapshot } from '../../snapshots/share/snapshot-file.ts';
import { newSeal, ShareKeys } from './share-keys.ts';
import { snapshotProgress } from './snapshot-progress.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';
import { transferProgress } from './transfer-progress.ts';

/** How to reach a registry of that name: its certificates, whether it may go without TLS. */
export type FindRegistry = (registry: string) => RegistryConnection;

export interface SnapshotSharingParts {
  readonly jobs: Jobs;
  readonly library: Library;
  readonly loader: EnvironmentLoader;
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

/** Sending snapshots to registries or into files, and fetching them from there. Needs no engine. */
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
    await this.#warnUnmasked(snapshotId, context);
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

  /** Writes a snapshot into one file as a job; with `encryption` for those alone whom it names. */
  export(snapshotId: string, file: string, { encryption }: PushOptions = {}): string {
    return this.#parts.jobs.start({
      kind: 'snapshot.export',
      title: `Export a snapshot to ${file}`,
      run: async (context) => {
        await this.#warnUnmasked(snapshotId, context);
        const store = await this.#parts.shelf.store();
        const seal = encryption && (await newSeal(encryption, store, context));
        const onProgress = snapshotProgress(context, 'export', { writing: 'Writing the file' });
        await exportSnapshot(store, { snapshotId, file, seal }, { signal: context.signal, onProgress });
        return { file };
      },
    });
  }

  /** Takes an exported snapshot in as a job; its result holds the id. */
  import(file: string, { unlocking }: Pick<PullOptions, 'unlocking'> = {}): string {
    return this.#parts.jobs.start({
      kind: 'snapshot.import',
      title: `Import a snapshot from ${file}`,
      run: async (context) => {
        const onProgress = snapshotProgress(context, 'import', { writing: 'Reading the file' });
        const snapshotId = await importSnapshot(await this.#parts.shelf.store(), { file, unlocking }, { signal: context.signal, onProgress });
        this.#parts.shelf.noteChange();
        return { snapshotId };
      },
    });
  }

  /** Tells when data leaves as it is though the stack knows how to mask it. */
  async #warnUnmasked(snapshotId: string, context: JobContext): Promise<void> {
    const { library, loader, shelf } = this.#parts;
    const { maskedFrom, environmentId, name } = await shelf.get(snapshotId, context);
    const record = library.list().find(({ id }) => id === environmentId);
    if (maskedFrom !== undefined || !record) return;
    // Sharing works without the files; then nobody knows.
    const extension = await loader.extension(record, context).catch(() => undefined);
    if (!extension || Object.keys(extension.masking).length === 0) return;
    const text = `“${name}” is not masked, though the files of ${record.name} say how: whoever gets it sees the data as it is.`;
    context.report({ type: 'log', entry: { level: 'warning', text, source: record.name } });
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

import type { SnapshotDetails, SnapshotSummary, SnapshotUsage, SnapshotVerification } from '../../../shared/models/snapshot.ts';
import type { Cancellable } from '../base/abort.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { annotations, type Descriptor } from './format/manifest.ts';
import type { JobIo } from './jobs/job-io.ts';
import { inlineRunner, type JobRunner } from './jobs/store-jobs.ts';
import { threadRunner } from './jobs/thread-runner.ts';
import type { OnProgress, SnapshotNotes, SnapshotStore } from './snapshot-store.ts';
import { Blobs } from './store/blobs.ts';
import { findRecord } from './store/find-record.ts';
import { changeImageIndex, prepareLayout, removeUnfinishedWrites } from './store/layout.ts';
import { findReferences } from './store/references.ts';
import { fillReserve, withReserve } from './store/reserve.ts';
import { describe, type SnapshotRecord, summarise } from './store/snapshot-record.ts';
import { listRecords, type UnreadableSnapshot } from './store/snapshot-records.ts';
import { storageFault } from './store/storage-fault.ts';
import { withStoreLock } from './store/store-lock.ts';

/**
 * Opens the store in `directory`, making it when it isn't there. `worker` is the built form of jobs/worker.ts; without
 * it heavy work runs in the calling thread, which is for tests and scripts. Raises `storage.failed`,
 * `snapshot.unsupported`.
 */
export async function openSnapshotStore(
  directory: string,
  { logger = silentLogger, clock = systemClock, worker }: { readonly logger?: Logger; readonly clock?: Clock; readonly worker?: URL } = {},
): Promise<SnapshotStore> {
  const blobs = new Blobs(directory);
  try {
    await prepareLayout(directory);
    await blobs.makeDirectories();
    await fillReserve(directory);
  } catch (error) {
    throw storageFault(error, directory);
  }
  return new DirectorySnapshotStore(blobs, clock, worker ? threadRunner(worker, logger) : inlineRunner(logger));
}

class DirectorySnapshotStore implements SnapshotStore {
  readonly clock: Clock;
  readonly runner: JobRunner;
  readonly #blobs: Blobs;
  /** Documents are named by their content, so what was read once stays true. */
  readonly #cache = new Map<string, SnapshotRecord>();

  constructor(blobs: Blobs, clock: Clock, runner: JobRunner) {
    this.clock = clock;
    this.#blobs = blobs;
    this.runner = runner;
  }

  get directory(): string {
    return this.#blobs.directory;
  }

  async list({ signal, environmentId }: Cancellable & { readonly environmentId?: string } = {}): Promise<readonly SnapshotSummary[]> {
    const { records, unreadable } = await this.#guard(() => listRecords(this.#blobs, { signal, cache: this.#cache }));
    return [...records.map(summarise), ...unreadable.map(summariseUnreadable)]
      .filter((snapshot) => environmentId === undefined || snapshot.environmentId === environmentId)
      .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  }

  async get(id: string, options: Cancellable = {}): Promise<SnapshotDetails> {
    return describe(await this.#find(id, options));
  }

  async remove(id: string, options: Cancellable = {}): Promise<void> {
    const digest = await this.#resolve(id, options);
    await this.#changeIndex((manifests) => manifests.filter((manifest) => manifest.digest !== digest), options);
    this.#cache.delete(digest);
  }

  async annotate(id: string, { name, note, tags }: SnapshotNotes, options: Cancellable = {}): Promise<void> {
    const digest = await this.#resolve(id, options);
    const changed = {
      ...(name === undefined ? {} : { [annotations.title]: name }),
      ...(note === undefined ? {} : { [annotations.note]: note }),
      ...(tags === undefined ? {} : { [annotations.tags]: tags.join(',') }),
    };
    const annotate = (manifest: Descriptor): Descriptor =>
      manifest.digest === digest ? { ...manifest, annotations: { ...manifest.annotations, ...changed } } : manifest;
    await this.#changeIndex((manifests) => manifests.map(annotate), options);
  }

  async verify(
    id: string,
    { signal, onProgress, deep = true }: Cancellable & { readonly onProgress?: OnProgress; readonly deep?: boolean } = {},
  ): Promise<SnapshotVerification> {
    const io = localIo({ signal, onProgress });
    const snapshotId = (await this.#find(id, { signal })).descriptor.digest;
    return this.runner.run('verify', { directory: this.directory, snapshotId, deep }, io);
  }

  async usage({ signal }: Cancellable = {}): Promise<SnapshotUsage> {
    return this.#guard(async () => {
      const { records } = await listRecords(this.#blobs, { signal, cache: this.#cache });
      const { byManifest } = await findReferences(this.#blobs);
      const sizes = await this.#blobs.list();
      const holders = new Map<string, number>();
      for (const blobs of byManifest.values()) for (const blob of blobs) holders.set(blob, (holders.get(blob) ?? 0) + 1);
      const sum = (digests: Iterable<string>): number => [...digests].reduce((bytes, digest) => bytes + (sizes.get(digest) ?? 0), 0);
      return {
        logicalBytes: records.reduce((bytes, { config }) => bytes + config.logicalBytes, 0),
        storedBytes: sum(sizes.keys()),
        unreferencedBytes: sum([...sizes.keys()].filter((digest) => !holders.has(digest))),
        snapshots: records.map(({ descriptor: { digest: id } }) => {
          const blobs = [...(byManifest.get(id) ?? [])];
          const unique = blobs.filter((blob) => holders.get(blob) === 1);
          return { id, uniqueBytes: sum(unique), sharedBytes: sum(blobs) - sum(unique) };
        }),
      };
    });
  }

  async prune({ signal }: Cancellable = {}): Promise<{ readonly freedBytes: number }> {
    const prune = async (): Promise<{ freedBytes: number }> => {
      const { byManifest, unreadable } = await findReferences(this.#blobs);
      if (unreadable.length > 0) throw unprunable(unreadable);
      const referenced = new Set([...byManifest.values()].flatMap((blobs) => [...blobs]));
      let freedBytes = 0;
      for (const [digest, size] of await this.#blobs.list()) {
        signal?.throwIfAborted();
        if (referenced.has(digest)) continue;
        await this.#blobs.remove(digest);
        freedBytes += size;
      }
      await this.#blobs.removeTemporary();
      await removeUnfinishedWrites(this.directory);
      await fillReserve(this.directory);
      return { freedBytes };
    };
    return this.#guard(() => withReserve(this.directory, () => withStoreLock(this.directory, 'prune', prune, { signal })));
  }

  async #find(id: string, { signal }: Cancellable): Promise<SnapshotRecord> {
    return this.#guard(() => findRecord(this.#blobs, id, { signal, cache: this.#cache }));
  }

  /** The digest that `id` means, of a damaged snapshot too: one must be able to remove that. */
  async #resolve(id: string, options: Cancellable): Promise<string> {
    const { unreadable } = await this.#guard(() => listRecords(this.#blobs, { ...options, cache: this.#cache }));
    const broken = unreadable.find(({ descriptor }) => descriptor.digest === id);
    return broken?.descriptor.digest ?? (await this.#find(id, options)).descriptor.digest;
  }

  async #changeIndex(change: (manifests: readonly Descriptor[]) => readonly Descriptor[], { signal }: Cancellable): Promise<void> {
    const locked = (): Promise<void> => withStoreLock(this.directory, 'index', () => changeImageIndex(this.directory, change), { signal });
    await this.#guard(() => withReserve(this.directory, locked));
  }

  async #guard<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      throw storageFault(error, this.directory);
    }
  }
}

/** The io of a job that touches no volumes. */
function localIo({ signal, onProgress }: Cancellable & { readonly onProgress?: OnProgress | undefined }): JobIo {
  const none = (): never => {
    throw new Error('this job reads and writes no volumes');
  };
  return { signal: signal ?? new AbortController().signal, read: none, write: none, progress: onProgress ?? (() => undefined) };
}

/** What `index.json` alone still says about a snapshot. */
function summariseUnreadable({ descriptor, fault }: UnreadableSnapshot): SnapshotSummary {
  const text = (key: string): string => descriptor.annotations?.[key] ?? '';
  return {
    id: descriptor.digest,
    name: text(annotations.title) || descriptor.digest.slice(7, 19),
    environmentId: text(annotations.environmentId),
    environmentName: text(annotations.environmentName),
    createdAt: text(annotations.created) || new Date(0).toISOString(),
    kind: 'manual',
    consistency: 'live',
    tags: [],
    volumes: [],
    logicalBytes: 0,
    newBytes: 0,
    images: {},
    problem: fault.problem.message,
  };
}

function unprunable(unreadable: readonly string[]): Fault {
  return new Fault({
    code: 'snapshot.damaged',
    message: `Nothing was freed: ${unreadable.length} of the store's manifests can't be read, so nobody can say what they need.`,
    hint: 'Remove the damaged snapshots, then prune again.',
    data: { manifests: unreadable },
  });
}

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ListedEntry, SnapshotDifference } from '../../../shared/models/snapshot.ts';
import type { Cancellable } from '../base/abort.ts';
import type { JobIo } from './jobs/job-io.ts';
import type { OnProgress, SnapshotStore } from './snapshot-store.ts';

/** Looking into snapshots. Wherever an id is asked for, what `SnapshotStore` says of ids holds. */

/** A directory's content. `path` counts from the volume's root, which is the empty string. */
export async function browseSnapshot(
  store: SnapshotStore,
  { snapshotId, volume, path }: { readonly snapshotId: string; readonly volume: string; readonly path: string },
  { signal }: Cancellable = {},
): Promise<readonly ListedEntry[]> {
  return store.runner.run('browse', { directory: store.directory, snapshotId, volume, path }, quietIo({ signal }));
}

/** Files added, removed and changed from one snapshot to another, also of different environments. */
export async function diffSnapshots(
  store: SnapshotStore,
  { before, after }: { readonly before: string; readonly after: string },
  { signal }: Cancellable = {},
): Promise<SnapshotDifference> {
  return store.runner.run('diff', { directory: store.directory, before, after }, quietIo({ signal }));
}

/** Writes one file of a snapshot to `to`, which appears when it is whole. */
export async function extractFile(
  store: SnapshotStore,
  { snapshotId, volume, path, to }: { readonly snapshotId: string; readonly volume: string; readonly path: string; readonly to: string },
  { signal }: Cancellable = {},
): Promise<void> {
  const partial = `${to}.part`;
  const write = (_path: string, content: AsyncIterable<Buffer>): Promise<void> => pipeline(content, createWriteStream(partial), { signal });
  try {
    await store.runner.run('extract', { directory: store.directory, snapshotId, volume, path }, { ...quietIo({ signal }), write });
    await rename(partial, to);
  } finally {
    await rm(partial, { force: true });
  }
}

/** One file's content; undefined when it is longer than `limit` bytes. */
export async function readFileBytes(
  store: SnapshotStore,
  { snapshotId, volume, path, limit }: { readonly snapshotId: string; readonly volume: string; readonly path: string; readonly limit: number },
  { signal }: Cancellable = {},
): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const write = async (_path: string, content: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of content) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > limit) break;
    }
  };
  await store.runner.run('extract', { directory: store.directory, snapshotId, volume, path }, { ...quietIo({ signal }), write });
  return bytes > limit ? undefined : Buffer.concat(pieces);
}

/** The io of a job that touches no volumes. */
export function quietIo({ signal, onProgress }: Cancellable & { readonly onProgress?: OnProgress }): JobIo {
  const none = (): never => {
    throw new Error('this job reads and writes no volumes');
  };
  return { signal: signal ?? new AbortController().signal, read: none, write: none, progress: onProgress ?? (() => undefined) };
}

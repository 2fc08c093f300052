import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Descriptor } from '../format/manifest.ts';
import type { Blobs } from './blobs.ts';
import { readImageIndex } from './layout.ts';
import { readRecord, type SnapshotRecord } from './snapshot-record.ts';

/** A snapshot that is listed but can't be read. */
export interface UnreadableSnapshot {
  readonly descriptor: Descriptor;
  readonly fault: Fault;
}

/** Everything that `index.json` names as a snapshot, newest first; one that is damaged hides no other. */
export async function listRecords(
  blobs: Blobs,
  { signal, cache }: Cancellable & { readonly cache?: Map<string, SnapshotRecord> } = {},
): Promise<{ readonly records: readonly SnapshotRecord[]; readonly unreadable: readonly UnreadableSnapshot[] }> {
  const { manifests } = await readImageIndex(blobs.directory);
  const records: SnapshotRecord[] = [];
  const unreadable: UnreadableSnapshot[] = [];
  for (const descriptor of manifests) {
    signal?.throwIfAborted();
    try {
      const held = cache?.get(descriptor.digest);
      const record = held ? { ...held, descriptor } : await readRecord(blobs, descriptor);
      if (!record) continue;
      cache?.set(descriptor.digest, record);
      records.push(record);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      unreadable.push({ descriptor, fault: error });
    }
  }
  const time = ({ config }: SnapshotRecord): number => Date.parse(config.createdAt);
  return { records: records.sort((a, b) => time(b) - time(a)), unreadable };
}

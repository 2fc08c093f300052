import { defined } from '../../../../shared/defined.ts';
import { Fault } from '../../base/fault.ts';
import { refName } from '../jobs/capture-job.ts';
import type { StoreJob } from '../jobs/job-io.ts';
import { findDamage } from '../jobs/verify-job.ts';
import { annotations, type Descriptor, mediaTypes } from '../format/manifest.ts';
import { Blobs } from '../store/blobs.ts';
import { changeImageIndex } from '../store/layout.ts';
import { readRecord, type SnapshotRecord } from '../store/snapshot-record.ts';
import { storageFault } from '../store/storage-fault.ts';
import { withStoreLock } from '../store/store-lock.ts';
import type { SnapshotWords } from './sealed-notes.ts';

export interface AdmitInput {
  readonly directory: string;
  /** Of the manifest, which lies in the store with all its blobs, but is in no list yet. */
  readonly manifest: Pick<Descriptor, 'digest' | 'size'>;
  /** Whose snapshot it is to be here; whom it was taken from when absent. */
  readonly environment?: { readonly id: string; readonly name: string } | undefined;
  /** What was said of it, where it comes from, after it was taken. */
  readonly words?: SnapshotWords | undefined;
}

/** The digests of what is damaged; the snapshot exists only when there is none. */
export interface Admission {
  readonly damaged: readonly { readonly blob: string; readonly reason: string }[];
}

/**
 * Makes a snapshot exist whose blobs came from elsewhere: all of it is held against its checksums and decompressed once
 * before `index.json` names it. The caller holds the store's `use` lock.
 */
export const admitJob: StoreJob<AdmitInput, Admission> = async ({ directory, manifest, environment, words }, io) => {
  const blobs = new Blobs(directory);
  try {
    const record = await readRecord(blobs, { mediaType: mediaTypes.manifest, ...manifest });
    if (!record) throw new Fault({ code: 'snapshot.unsupported', message: 'This is not a snapshot.', hint: 'Check the name.' });
    const damaged = await findDamage(blobs, record, { deep: true, io });
    if (damaged.length > 0) return { damaged };
    await blobs.syncNames();
    await withStoreLock(directory, 'index', () => changeImageIndex(directory, (held) => admitted(held, record, { environment, words })), io);
    return { damaged: [] };
  } catch (error) {
    throw storageFault(error, directory);
  }
};

/** One that is listed already keeps the name, note and tags that it was given here. */
function admitted(
  held: readonly Descriptor[],
  { descriptor, config }: SnapshotRecord,
  { environment, words }: Pick<AdmitInput, 'environment' | 'words'>,
): readonly Descriptor[] {
  const { digest } = descriptor;
  const before = held.find((other) => other.digest === digest);
  const owner = environment ?? (before ? undefined : config.environment);
  const { [annotations.title]: title = config.name, ...given } = before?.annotations ?? {};
  const listed: Descriptor = {
    ...descriptor,
    artifactType: mediaTypes.artifact,
    annotations: {
      [annotations.refName]: refName(config, digest),
      [annotations.title]: config.name,
      [annotations.created]: config.createdAt,
      ...(words ? defined(words) : {}),
      ...given,
      // A name that it had from the beginning was not given here.
      ...(title === config.name ? {} : { [annotations.title]: title }),
      ...(owner ? { [annotations.environmentId]: owner.id, [annotations.environmentName]: owner.name } : {}),
    },
  };
  return [...held.filter((other) => other.digest !== digest), listed];
}

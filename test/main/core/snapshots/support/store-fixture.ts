import path from 'node:path';
import type { SnapshotSummary } from '../../../../../src/shared/models/snapshot.ts';
import { captureSnapshot, type CaptureRequest } from '../../../../../src/main/core/snapshots/capture.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import type { SnapshotStore } from '../../../../../src/main/core/snapshots/snapshot-store.ts';
import { tempDir } from '../../../../support/temp.ts';
import { DirectoryVolumes } from './directory-volumes.ts';
import { environment, metadata, volumeToCapture } from './snapshot-request.ts';

export interface StoreFixture {
  readonly directory: string;
  readonly store: SnapshotStore;
  readonly volumes: DirectoryVolumes;
  readonly journalDirectory: string;
  capture(names: readonly string[], change?: Partial<CaptureRequest>): Promise<SnapshotSummary>;
}

/** A store and volumes in a temporary directory that goes with the test. */
export async function storeFixture(options: { readonly worker?: URL; readonly base?: string } = {}): Promise<StoreFixture> {
  const base = options.base ?? (await tempDir('snapshots'));
  const directory = path.join(base, 'store');
  const store = await openSnapshotStore(directory, options.worker ? { worker: options.worker } : {});
  const volumes = new DirectoryVolumes(path.join(base, 'volumes'));
  return {
    directory,
    store,
    volumes,
    journalDirectory: path.join(base, 'journals'),
    capture: (names, change = {}) =>
      captureSnapshot({ store, transport: volumes, environment, volumes: names.map(volumeToCapture), metadata, ...change }),
  };
}

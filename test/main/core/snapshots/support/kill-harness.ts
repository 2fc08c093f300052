import path from 'node:path';
import { captureSnapshot } from '../../../../../src/main/core/snapshots/capture.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { importSnapshot } from '../../../../../src/main/core/snapshots/share/snapshot-file.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import { DirectoryVolumes } from './directory-volumes.ts';
import { environment, metadata, volumeToCapture } from './snapshot-request.ts';

/** A process to be killed: does one thing to the store and the volume in a directory; `subject` is a snapshot or a file. */
const [base = '', action = '', subject = ''] = process.argv.slice(2);
const store = await openSnapshotStore(path.join(base, 'store'));
const volumes = new DirectoryVolumes(path.join(base, 'volumes'));

switch (action) {
  case 'capture':
    await captureSnapshot({ store, transport: volumes, environment, volumes: [volumeToCapture('data')], metadata });
    break;
  case 'restore':
    await restoreSnapshot({
      store,
      transport: volumes,
      reset: volumes,
      journalDirectory: path.join(base, 'journals'),
      snapshotId: subject,
      targets: [{ from: 'data', volume: 'data' }],
      safety: { environment, volumes: [volumeToCapture('data')], metadata: { ...metadata, kind: 'safety' } },
    });
    break;
  case 'prune':
    await store.prune();
    break;
  case 'import':
    await importSnapshot(store, { file: subject });
    break;
  default:
    throw new Error(`unknown action ${action}`);
}

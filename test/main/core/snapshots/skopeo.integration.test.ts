import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { openSnapshotStore } from '../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../../../src/main/core/snapshots/restore.ts';
import { exportSnapshot, importSnapshot } from '../../../../src/main/core/snapshots/share/snapshot-file.ts';
import { run } from '../../../support/run.ts';
import { tempDir } from '../../../support/temp.ts';
import { readTree } from './support/read-tree.ts';
import { sealFor } from './support/seal-for.ts';
import { storeFixture } from './support/store-fixture.ts';

describe('a snapshot copied by skopeo', () => {
  it('goes through a registry and restores from the layout that comes back', async () => {
    const fixture = await storeFixture();
    const place = await fixture.volumes.make('data');
    writeFileSync(path.join(place, 'random'), randomBytes(40_000_000));
    writeFileSync(path.join(place, 'text'), 'text '.repeat(100_000));
    const { id } = await fixture.capture(['data']);
    const before = readTree(place);
    const index = JSON.parse(readFileSync(path.join(fixture.directory, 'index.json'), 'utf8')) as {
      manifests: { annotations: Record<string, string> }[];
    };
    const name = index.manifests[0]?.annotations['org.opencontainers.image.ref.name'] ?? '';
    const remote = `docker://${inject('registryAddress')}/snapshots/shop:one`;
    const back = path.join(await tempDir('layout'), 'store');

    await run('skopeo', ['copy', '--dest-tls-verify=false', `oci:${fixture.directory}:${name}`, remote]);
    await run('skopeo', ['copy', '--src-tls-verify=false', remote, `oci:${back}:one`]);

    const store = await openSnapshotStore(back);
    expect(await store.list()).toMatchObject([{ id, environmentName: 'shop' }]);
    expect(readdirSync(path.join(back, 'blobs/sha256')).sort()).toEqual(readdirSync(path.join(fixture.directory, 'blobs/sha256')).sort());
    await fixture.volumes.clear('data');
    await restoreSnapshot({
      store,
      transport: fixture.volumes,
      reset: fixture.volumes,
      journalDirectory: fixture.journalDirectory,
      snapshotId: 'one',
      targets: [{ from: 'data', volume: 'data' }],
    });
    expect(readTree(place)).toEqual(before);
  });

  it('and by tar goes on as a file, encrypted or not', async () => {
    const fixture = await storeFixture();
    writeFileSync(path.join(await fixture.volumes.make('data'), 'random'), randomBytes(300_000));
    const { id } = await fixture.capture(['data']);
    const folder = await tempDir('archive');
    for (const seal of [undefined, await sealFor('long enough')]) {
      const file = path.join(folder, 'exported.tar');
      const copied = path.join(folder, 'copied.tar');
      const packed = path.join(folder, 'packed.tar');
      const unpacked = await tempDir('unpacked');
      await exportSnapshot(fixture.store, { snapshotId: id, file, seal });
      await run('skopeo', ['copy', `oci-archive:${file}`, `oci-archive:${copied}`]);
      await run('tar', ['xf', file, '-C', unpacked]);
      await run('tar', ['cf', packed, '--format=pax', '-C', unpacked, '.']);
      for (const arrived of [copied, packed]) {
        const { store } = await storeFixture();
        expect(await importSnapshot(store, { file: arrived, unlocking: { passphrase: 'long enough' } })).toBe(id);
      }
      await rm(copied);
    }
  });
});

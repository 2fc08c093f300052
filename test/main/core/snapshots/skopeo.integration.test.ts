import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { openSnapshotStore } from '../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../../../src/main/core/snapshots/restore.ts';
import { run } from '../../../support/run.ts';
import { tempDir } from '../../../support/temp.ts';
import { readTree } from './support/read-tree.ts';
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
});

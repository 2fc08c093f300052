import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { helperPath, volumeHelper } from '../../../../../scripts/lib/steps/volume-helper.mjs';
import { sleep } from '../../../../../src/main/core/base/abort.ts';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { captureSnapshot } from '../../../../../src/main/core/snapshots/capture.ts';
import { archiveTransport } from '../../../../../src/main/core/snapshots/engine/archive-transport.ts';
import { packedTransport } from '../../../../../src/main/core/snapshots/engine/packed-transport.ts';
import { engineVolumeReset } from '../../../../../src/main/core/snapshots/engine/volume-reset.ts';
import { diffSnapshots } from '../../../../../src/main/core/snapshots/explore.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import type { VolumeTransport } from '../../../../../src/main/core/snapshots/transport.ts';
import { importBusybox } from '../../../../support/images.ts';
import { tempDir } from '../../../../support/temp.ts';
import { environment, metadata, volumeToCapture } from '../support/snapshot-request.ts';
import { describeTree, helpersOf, inVolume, makeTree } from '../support/volume-scripts.ts';

const image = 'slipway-test/snapshots:1';
let engine: Engine;
let program: Buffer;

beforeAll(async () => {
  engine = await connectDockerode({ address: `unix://${inject('engineSocket')}`, origin: 'test' }, { logger: silentLogger });
  await importBusybox(inject('engineSocket'), image);
  const outcome = await volumeHelper();
  const { platform } = await engine.info();
  program = await readFile(helperPath(platform.architecture)).catch(() => {
    throw new Error(`The volume helper was not built: ${outcome}`);
  });
});

afterAll(() => engine.close());

async function fixture(script: string) {
  const volume = `data-${randomUUID()}`;
  await engine.volumes.create({ name: volume });
  await inVolume(engine, image, volume, script);
  const directory = await tempDir('snapshots');
  const store = await openSnapshotStore(path.join(directory, 'store'));
  const capture = (transport: VolumeTransport) =>
    captureSnapshot({ store, transport, environment, volumes: [volumeToCapture(volume)], metadata });
  return { volume, directory, store, capture };
}

/** Two files of each length around the borders of chunks, of blocks that are hashed side by side, and of several blocks. */
const writeLengths = `cd /data && for n in ${[
  ...[0, 1, 4096, 12_288],
  ...[8_192, 16_384, 128 * 1024, 256 * 1024, 1024 ** 2, 5 * 1024 ** 2].flatMap((n) => [n - 1, n, n + 1]),
  ...[256 * 1024 + 4096, 5 * 1024 ** 2 + 4096, 7_000_001],
].join(' ')}; do head -c $n /dev/urandom > random$n && { seq $((n + 1)) 99999999 | head -c $n > text$n; } || exit 1; done`;

describe('the packed transport on a real engine', () => {
  it.each([
    ['a socket', true],
    ['the engine’s own streams', false],
  ])('by %s takes what the archive endpoint takes, and restores the same', async (_way, isNear) => {
    const { volume, directory, store, capture } = await fixture(makeTree);
    const before = await inVolume(engine, image, volume, describeTree);
    const transport = packedTransport(engine, program, { isNear });
    const packed = await capture(transport);
    const archived = await capture(archiveTransport(engine));
    expect(packed.volumes).toEqual(archived.volumes);
    expect((await diffSnapshots(store, { before: archived.id, after: packed.id })).entries).toEqual([]);
    expect(archived.newBytes).toBeLessThan(5_000);
    expect((await store.verify(packed.id)).damaged).toEqual([]);

    await inVolume(engine, image, volume, 'cd /data && rm -rf a big && echo later > later && chmod 755 .');
    await restoreSnapshot({
      store,
      transport,
      reset: engineVolumeReset(engine, { program }),
      journalDirectory: path.join(directory, 'journals'),
      snapshotId: packed.id,
      targets: [{ from: volume, volume }],
      safety: { environment, volumes: [volumeToCapture(volume)], metadata: { ...metadata, kind: 'safety' } },
    });
    expect(await inVolume(engine, image, volume, describeTree)).toBe(before);
    expect(await helpersOf(engine, volume)).toEqual([]);
    await engine.volumes.remove(volume);
  });

  it('cuts and hashes files of every length as the archive endpoint does', async () => {
    const { volume, store, capture } = await fixture(writeLengths);
    const packed = await capture(packedTransport(engine, program));
    const archived = await capture(archiveTransport(engine));
    expect(packed.volumes).toEqual(archived.volumes);
    expect((await diffSnapshots(store, { before: archived.id, after: packed.id })).entries).toEqual([]);
    expect(archived.newBytes).toBeLessThan(20_000);
    expect((await store.verify(packed.id)).damaged).toEqual([]);
    await engine.volumes.remove(volume);
  });

  it('reads only what changed since the last time, and misses nothing', async () => {
    const { volume, store, capture } = await fixture(
      'cd /data && for i in $(seq 200); do echo file $i > f$i; done && echo odd > "$(printf \'odd\\nname "x" \\\\ \\377\')" && dd if=/dev/urandom of=big bs=8192 count=2000 2>/dev/null',
    );
    const transport = packedTransport(engine, program);
    await capture(transport);
    await sleep(2_500);
    await capture(transport);
    await inVolume(engine, image, volume, 'cd /data && rm f7 && echo other > f8 && mv f9 f10 && touch -r f11 /tmp/t && echo fine 11 > f11 && touch -r /tmp/t f11');
    const changed = await capture(transport);
    const checked = await capture(archiveTransport(engine));
    expect(changed.newBytes).toBeLessThan(20_000);
    expect((await diffSnapshots(store, { before: changed.id, after: checked.id })).entries).toEqual([]);
    expect((await store.verify(changed.id)).damaged).toEqual([]);
    await engine.volumes.remove(volume);
  });
});

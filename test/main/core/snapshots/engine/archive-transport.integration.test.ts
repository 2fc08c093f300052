import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { captureSnapshot } from '../../../../../src/main/core/snapshots/capture.ts';
import { archiveTransport } from '../../../../../src/main/core/snapshots/engine/archive-transport.ts';
import { engineVolumeReset } from '../../../../../src/main/core/snapshots/engine/volume-reset.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import { importBusybox } from '../../../../support/images.ts';
import { tempDir } from '../../../../support/temp.ts';
import { environment, metadata, volumeToCapture } from '../support/snapshot-request.ts';
import { describeTree, helpersOf, inVolume, makeTree } from '../support/volume-scripts.ts';

const image = 'slipway-test/snapshots:1';
let engine: Engine;

beforeAll(async () => {
  const socket = inject('engineSocket');
  engine = await connectDockerode({ address: `unix://${socket}`, origin: 'test' }, { logger: silentLogger });
  await importBusybox(socket, image);
});

afterAll(() => engine.close());

describe('the archive transport on a real engine', () => {
  it.each([['while a stopped container holds the volume', true], ['that nothing holds', false]])(
    'brings a volume back %s',
    async (_title, held) => {
      const volume = `data-${randomUUID()}`;
      const labels = { 'com.docker.compose.volume': 'data' };
      await engine.volumes.create({ name: volume, labels });
      await inVolume(engine, image, volume, makeTree);
      const before = await inVolume(engine, image, volume, describeTree);
      expect(before).toContain('./a/b/soft symbolic link');
      const holder = held
        ? await engine.containers.create({
            name: `holder-${volume}`,
            Image: image,
            HostConfig: { Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }] },
          })
        : undefined;

      const directory = await tempDir('snapshots');
      const store = await openSnapshotStore(path.join(directory, 'store'));
      const transport = archiveTransport(engine);
      const snapshot = await captureSnapshot({ store, transport, environment, volumes: [volumeToCapture(volume)], metadata });
      expect(snapshot.volumes).toMatchObject([{ name: volume, files: 8 }]);
      await inVolume(engine, image, volume, 'cd /data && rm -rf a big && echo later > later && mkdir -p .h/i && echo > .h/i/j && chmod 755 . && chown 0:0 .');
      await restoreSnapshot({
        store,
        transport,
        reset: engineVolumeReset(engine),
        journalDirectory: path.join(directory, 'journals'),
        snapshotId: snapshot.id,
        targets: [{ from: volume, volume }],
        safety: { environment, volumes: [volumeToCapture(volume)], metadata: { ...metadata, kind: 'safety' } },
      });

      expect(await inVolume(engine, image, volume, describeTree)).toBe(before);
      expect((await engine.volumes.inspect(volume)).labels).toEqual(labels);
      expect(await helpersOf(engine, volume)).toEqual([]);
      if (holder) await engine.containers.remove(holder);
      await engine.volumes.remove(volume);
    },
  );

  it('says so when a volume is missing, and makes none', async () => {
    const volume = `missing-${randomUUID()}`;
    await expect(archiveTransport(engine).open([volume])).rejects.toMatchObject({ problem: { code: 'volume.not-found' } });
    await expect(engine.volumes.inspect(volume)).rejects.toMatchObject({ problem: { code: 'volume.not-found' } });
  });

  it('leaves no helper when it is cancelled', async () => {
    const volume = `data-${randomUUID()}`;
    await engine.volumes.create({ name: volume });
    await inVolume(engine, image, volume, 'dd if=/dev/urandom of=/data/big bs=1M count=30 2>/dev/null');
    const store = await openSnapshotStore(await tempDir('snapshots'));
    const cancel = new AbortController();
    const capture = captureSnapshot({
      store,
      transport: archiveTransport(engine),
      environment,
      volumes: [volumeToCapture(volume)],
      metadata,
      onProgress: () => cancel.abort(),
      signal: cancel.signal,
    });
    await expect(capture).rejects.toMatchObject({ name: 'AbortError' });
    expect(await store.list()).toEqual([]);
    expect(await helpersOf(engine, volume)).toEqual([]);
    await engine.volumes.remove(volume);
  });
});

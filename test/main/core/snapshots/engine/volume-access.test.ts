import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../../src/main/core/base/fault.ts';
import { type Logger, silentLogger } from '../../../../../src/main/core/base/logger.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { createMemoryEngine } from '../../../../../src/main/core/engine/memory/create-memory-engine.ts';
import { captureSnapshot } from '../../../../../src/main/core/snapshots/capture.ts';
import { volumeAccess } from '../../../../../src/main/core/snapshots/engine/volume-access.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import { scratchTar } from '../../../../support/images.ts';
import { tempDir } from '../../../../support/temp.ts';
import { environment, metadata, volumeToCapture } from '../support/snapshot-request.ts';

/** An engine whose containers can't be started, as one that forbids our program. */
function unstartable(engine: Engine): Engine {
  const start = (): Promise<never> => Promise.reject(new Fault({ code: 'engine.rejected', message: 'exec format error' }));
  const containers = new Proxy(engine.containers, {
    get: (target, name) => {
      if (name === 'start') return start;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { ...engine, containers };
}

async function helperDirectory(): Promise<string> {
  const directory = path.join(await tempDir('helper'), 'volume-helper');
  mkdirSync(directory);
  for (const platform of ['linux-amd64', 'linux-arm64']) writeFileSync(path.join(directory, platform), 'not a program');
  return directory;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

describe('access to volumes', () => {
  it.each([
    ['no helper was built', async () => path.join(await tempDir('helper'), 'nothing'), 0],
    ['the engine does not run the helper', helperDirectory, 6],
  ])('goes through the archive endpoint when %s', async (_title, place, warned) => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
    const engine = unstartable(createMemoryEngine().engine);
    const { transport, reset } = volumeAccess(engine, { helperDirectory: await place(), logger });
    await engine.volumes.create({ name: 'data', labels: { kept: 'yes' } });
    const first = await transport.open(['data']);
    await first.write('data', pieces(await scratchTar({ [`${first.rootOf('data')}/file`]: 'content' })));
    await first.close();

    const directory = await tempDir('snapshots');
    const store = await openSnapshotStore(path.join(directory, 'store'));
    const { id, volumes } = await captureSnapshot({ store, transport, environment, volumes: [volumeToCapture('data')], metadata });
    expect(volumes).toMatchObject([{ files: 1, bytes: 7 }]);
    const second = await transport.open(['data']);
    await second.write('data', pieces(await scratchTar({ [`${second.rootOf('data')}/later`]: 'more' })));
    await second.close();
    await restoreSnapshot({
      store,
      transport,
      reset,
      journalDirectory: path.join(directory, 'journals'),
      snapshotId: id,
      targets: [{ from: 'data', volume: 'data' }],
    });

    const again = await captureSnapshot({ store, transport, environment, volumes: [volumeToCapture('data')], metadata });
    expect(again.volumes).toMatchObject([{ files: 1, bytes: 7 }]);
    expect((await engine.volumes.inspect('data')).labels).toEqual({ kept: 'yes' });
    expect(await engine.containers.list()).toEqual([]);
    // Once for each time that the volume was opened.
    expect(warnings).toHaveLength(warned);
  });
});

import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { helperPath, volumeHelper } from '../../../../../scripts/lib/steps/volume-helper.mjs';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { captureSnapshot } from '../../../../../src/main/core/snapshots/capture.ts';
import { archiveTransport } from '../../../../../src/main/core/snapshots/engine/archive-transport.ts';
import { packedTransport } from '../../../../../src/main/core/snapshots/engine/packed-transport.ts';
import { engineVolumeReset } from '../../../../../src/main/core/snapshots/engine/volume-reset.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import type { VolumeTransport } from '../../../../../src/main/core/snapshots/transport.ts';
import { tempDir } from '../../../../support/temp.ts';
import { environment, metadata, volumeToCapture } from '../support/snapshot-request.ts';

let engine: Engine;
let program: Buffer;

beforeAll(async () => {
  engine = await connectDockerode({ address: `unix://${inject('engineSocket')}`, origin: 'test' }, { logger: silentLogger });
  await volumeHelper();
  program = await readFile(helperPath((await engine.info()).platform.architecture));
});

afterAll(() => engine.close());

const mebibyte = 1024 ** 2;

interface Island {
  readonly at: number;
  readonly text: string;
}

/** Where there is data, not at the borders of blocks. */
function islandsOf(length: number): readonly Island[] {
  return [
    { at: 5000, text: 'the beginning '.repeat(1000) },
    { at: length / 2 - 3, text: 'the middle '.repeat(2000) },
    { at: length - 20_000, text: 'x'.repeat(20_000) },
  ];
}

function makeSparse(file: string, length: number): void {
  const handle = openSync(file, 'w');
  ftruncateSync(handle, length);
  for (const { at, text } of islandsOf(length)) writeSync(handle, text, at);
  closeSync(handle);
}

/** Whether the file holds the islands and nothing else. */
function isAsMade(file: string, length: number): boolean {
  const wanted = Buffer.alloc(mebibyte);
  const block = Buffer.alloc(wanted.length);
  const handle = openSync(file, 'r');
  try {
    for (let start = 0; start < length; start += block.length) {
      wanted.fill(0);
      for (const { at, text } of islandsOf(length)) {
        const from = Math.max(0, start - at);
        const to = Math.min(text.length, start + block.length - at);
        if (to > from) wanted.write(text.slice(from, to), at + from - start);
      }
      if (readSync(handle, block, 0, block.length, start) !== block.length || !block.equals(wanted)) return false;
    }
    return statSync(file).size === length;
  } finally {
    closeSync(handle);
  }
}

const allocated = (file: string): number => statSync(file).blocks * 512;

describe('a file that is mostly hole', () => {
  it.each<[string, { length: number; open: () => VolumeTransport; keepsHoles: boolean }]>([
    ['1 GiB by the helper', { length: 1024 * mebibyte, open: () => packedTransport(engine, program), keepsHoles: true }],
    ['64 MiB by archives, which the engine unpacks without holes', { length: 64 * mebibyte, open: () => archiveTransport(engine), keepsHoles: false }],
  ])('takes next to nothing in the store and comes back: %s', async (_title, { length, open, keepsHoles }) => {
    const volume = `sparse-${randomUUID()}`;
    const { mountpoint: place } = await engine.volumes.create({ name: volume });
    const file = path.join(place, 'sparse');
    makeSparse(file, length);
    const before = allocated(file);
    const directory = await tempDir('sparse');
    const store = await openSnapshotStore(path.join(directory, 'store'));
    const transport = open();
    const { id } = await captureSnapshot({ store, transport, environment, volumes: [volumeToCapture(volume)], metadata });
    expect((await store.usage()).storedBytes).toBeLessThan(100_000);
    rmSync(file);
    await restoreSnapshot({
      store,
      transport,
      reset: engineVolumeReset(engine, { program }),
      journalDirectory: path.join(directory, 'journals'),
      snapshotId: id,
      targets: [{ from: volume, volume }],
    });
    expect(isAsMade(file, length)).toBe(true);
    if (keepsHoles) expect(allocated(file)).toBeLessThanOrEqual(before + 64 * 1024);
    await engine.volumes.remove(volume);
  });
});

import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, linkSync, mkdirSync, openSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, unlinkSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { helperPath, volumeHelper } from '../../../../../scripts/lib/steps/volume-helper.mjs';
import { Fault } from '../../../../../src/main/core/base/fault.ts';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { captureSnapshot } from '../../../../../src/main/core/snapshots/capture.ts';
import { packedTransport } from '../../../../../src/main/core/snapshots/engine/packed-transport.ts';
import { engineVolumeReset } from '../../../../../src/main/core/snapshots/engine/volume-reset.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { removeSockets } from '../../../../../src/main/core/snapshots/packed/instructions.ts';
import { previewRestore } from '../../../../../src/main/core/snapshots/preview.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import { tempDir } from '../../../../support/temp.ts';
import { forgeSnapshot } from '../support/forge-snapshot.ts';
import { describeHostileTree, makeHostileTree } from '../support/hostile-tree.ts';
import { environment, metadata, volumeToCapture } from '../support/snapshot-request.ts';
import { helpersOf } from '../support/volume-scripts.ts';

let engine: Engine;
let program: Buffer;

beforeAll(async () => {
  engine = await connectDockerode({ address: `unix://${inject('engineSocket')}`, origin: 'test' }, { logger: silentLogger });
  const outcome = await volumeHelper();
  const { platform } = await engine.info();
  program = await readFile(helperPath(platform.architecture)).catch(() => {
    throw new Error(`The volume helper was not built: ${outcome}`);
  });
});

afterAll(() => engine.close());

/** A volume of the engine, whose files lie at `place`, and a store. */
async function fixture() {
  const volume = `data-${randomUUID()}`;
  const { mountpoint: place } = await engine.volumes.create({ name: volume });
  const directory = await tempDir('snapshots');
  const store = await openSnapshotStore(path.join(directory, 'store'));
  const transport = packedTransport(engine, program);
  const capture = () => captureSnapshot({ store, transport, environment, volumes: [volumeToCapture(volume)], metadata });
  const restore = (snapshotId: string | undefined, { safety = true, paths }: { safety?: boolean; paths?: string[] } = {}) =>
    restoreSnapshot({
      store,
      transport,
      reset: engineVolumeReset(engine, { program }),
      journalDirectory: path.join(directory, 'journals'),
      ...(snapshotId === undefined ? {} : { snapshotId }),
      targets: [{ from: volume, volume, ...(paths ? { paths } : {}) }],
      ...(safety ? { safety: { environment, volumes: [volumeToCapture(volume)], metadata: { ...metadata, kind: 'safety' as const } } } : {}),
    });
  return { volume, place, store, transport, capture, restore, directory };
}

/** Things that people and programs do to files. */
function changeAll(place: string): void {
  const at = (name: string): string => path.join(place, name);
  const pages = openSync(at('pages'), 'r+');
  for (const page of [3, 4, 40]) writeSync(pages, randomBytes(8192), 0, 8192, page * 8192);
  closeSync(pages);
  appendFileSync(at('log'), 'more\n');
  truncateSync(at('sparse'), 1000);
  unlinkSync(at('zz hard link'));
  writeFileSync(at('zz hard link'), 'a file of its own');
  rmSync(at('deep/er/and'), { recursive: true });
  writeFileSync(at('deep/er/and'), 'a file where a directory was');
  unlinkSync(at('dangling'));
  mkdirSync(at('dangling'));
  writeFileSync(at('dangling/inside'), 'x');
  writeFileSync(at('deep/er/small 7'), 'other');
  renameSync(at('deep/er/small 8'), at('deep/er/small 8 moved'));
  linkSync(at('deep/er/small 9'), at('linked later'));
  writeFileSync(at('fifo2'), '');
  symlinkSync('x', at('new link'));
  execFileSync('chmod', ['600', at('set-user-id')]);
  execFileSync('chown', ['1:1', at('empty directory')]);
  execFileSync('touch', [at('null')]);
  unlinkSync(at('attributed'));
  writeFileSync(at('attributed'), 'content');
  execFileSync('chmod', ['755', place]);
}

describe('a restore by the helper', () => {
  it('brings a hostile tree back bit by bit: anew, from another state, and into an emptied volume', async () => {
    const { place, volume, store, capture, restore } = await fixture();
    await makeHostileTree(place);
    const before = describeHostileTree(place);
    const { id } = await capture();
    expect((await store.verify(id)).damaged).toEqual([]);

    changeAll(place);
    const changed = describeHostileTree(place);
    const { safetySnapshotId } = await restore(id);
    expect(describeHostileTree(place)).toBe(before);
    expect(statSync(path.join(place, 'sparse')).blocks * 512).toBeLessThan(1_000_000);
    const inode = statSync(path.join(place, 'pages')).ino;

    await restore(safetySnapshotId);
    expect(describeHostileTree(place)).toBe(changed);
    expect(statSync(path.join(place, 'pages')).ino).toBe(inode);

    const { safetySnapshotId: filled } = await restore(undefined);
    expect(execFileSync('ls', ['-A', place]).toString()).toBe('');
    await restore(filled, { safety: false });
    expect(describeHostileTree(place)).toBe(changed);
    await restore(id, { safety: false });
    expect(describeHostileTree(place)).toBe(before);
    expect(await helpersOf(engine, volume)).toEqual([]);
    await engine.volumes.remove(volume);
  });

  it('overwrites files of the same name in place, whatever they have become', async () => {
    const { place, capture, restore } = await fixture();
    const at = (name: string): string => path.join(place, name);
    const zeros = Buffer.alloc(128 * 1024);
    const wanted: Readonly<Record<string, Buffer>> = {
      same: randomBytes(5000),
      shorter: randomBytes(300),
      longer: randomBytes(70_000),
      empty: Buffer.alloc(0),
      filled: randomBytes(10),
      'was large': randomBytes(2_000_000),
      holes: Buffer.concat([randomBytes(4096), zeros, randomBytes(4097)]),
    };
    for (const [name, content] of Object.entries(wanted)) writeFileSync(at(name), content);
    execFileSync('chown', ['7:8', at('shorter')]);
    execFileSync('chmod', ['4755', at('longer')]);
    const before = describeHostileTree(place);
    const { id } = await capture();
    for (const [name, bytes] of Object.entries({ same: 5000, shorter: 50_000, longer: 20, empty: 9000, filled: 0, 'was large': 3_000_000, holes: 200_000 })) {
      writeFileSync(at(name), randomBytes(bytes));
    }
    execFileSync('chmod', ['600', at('longer'), at('same')]);
    execFileSync('chown', ['9', at('same')]);
    const inode = statSync(at('shorter')).ino;
    await restore(id, { safety: false });
    expect(describeHostileTree(place)).toBe(before);
    for (const [name, content] of Object.entries(wanted)) expect((await readFile(at(name))).equals(content)).toBe(true);
    expect(statSync(at('shorter')).ino).toBe(inode);
    expect(statSync(at('holes')).blocks * 512).toBeLessThan(zeros.length);
  });

  it('writes nothing where nothing differs, and takes sockets of ended processes away', async () => {
    const { place, volume, capture, restore } = await fixture();
    writeFileSync(path.join(place, 'file'), 'content'.repeat(10_000));
    const { id } = await capture();
    const before = statSync(path.join(place, 'file'), { bigint: true });
    const server = createServer().listen(path.join(place, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    await restore(id);
    expect(statSync(path.join(place, 'file'), { bigint: true }).ctimeNs).toBe(before.ctimeNs);
    expect(execFileSync('ls', ['-A', place]).toString()).toBe('file\n');
    server.close();
    await engine.volumes.remove(volume);
  });

  it('brings back single files and directories, and leaves the rest', async () => {
    const { place, volume, capture, restore } = await fixture();
    const at = (name: string): string => path.join(place, name);
    mkdirSync(at('a/b'), { recursive: true });
    writeFileSync(at('a/one'), 'one');
    writeFileSync(at('a/b/two'), 'two');
    linkSync(at('a/one'), at('link'));
    writeFileSync(at('three'), 'three');
    const { id } = await capture();
    for (const name of ['a/one', 'three']) writeFileSync(at(name), 'changed');
    rmSync(at('a/b'), { recursive: true });
    writeFileSync(at('a/new'), 'new');
    const { safetySnapshotId } = await restore(id, { paths: ['a/b', 'link'] });
    const content = (): string => execFileSync('sh', ['-c', 'grep -r "" . | sort'], { cwd: place }).toString();
    expect(content()).toBe('./a/b/two:two\n./a/new:new\n./a/one:changed\n./link:one\n./three:changed\n');
    await restore(safetySnapshotId);
    expect(content()).toBe('./a/new:new\n./a/one:changed\n./link:changed\n./three:changed\n');
    expect(statSync(at('link')).ino).toBe(statSync(at('a/one')).ino);
    await engine.volumes.remove(volume);
  });

  it('tells beforehand what it would do, and changes nothing', async () => {
    const { place, volume, store, transport, capture } = await fixture();
    const at = (name: string): string => path.join(place, name);
    for (const name of ['kept', 'changed', 'gone']) writeFileSync(at(name), `${name} `.repeat(3000));
    const { id } = await capture();
    writeFileSync(at('changed'), 'other');
    unlinkSync(at('gone'));
    writeFileSync(at('new'), 'new');
    const before = describeHostileTree(place);
    const { storedBytes } = await store.usage();
    const targets = [{ key: 'data', from: volume, volume, isNew: false }];
    const preview = await previewRestore({ store, transport, environmentId: environment.id, snapshotId: id, targets });
    expect(preview.volumes).toEqual([{ key: 'data', volume, isNew: false, added: 1, removed: 1, changed: 1, bytes: 24_000 + 15_000 }]);
    expect(preview.entries.map(({ kind, path: name }) => `${kind} ${name}`)).toEqual(['content changed', 'added gone', 'removed new']);
    const emptied = await previewRestore({ store, transport, environmentId: environment.id, targets });
    expect(emptied.volumes).toMatchObject([{ added: 0, removed: 3, changed: 0, bytes: 0 }]);
    expect(describeHostileTree(place)).toBe(before);
    expect(await store.usage()).toMatchObject({ storedBytes, unreferencedBytes: 0 });
    await engine.volumes.remove(volume);
  });

  it('lets go of whoever sends the instructions when the helper is gone', async () => {
    const { volume, transport } = await fixture();
    const session = await transport.open([volume]);
    let isReleased = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield await Promise.resolve(removeSockets);
      } finally {
        isReleased = true;
      }
    }
    const applied = session.apply?.(volume, endless()).catch((error: unknown) => error);
    const [helper] = await helpersOf(engine, volume);
    await engine.containers.remove(helper ?? '', { force: true });
    expect(await applied).toBeInstanceOf(Fault);
    await expect.poll(() => isReleased).toBe(true);
    await session.close();
    await engine.volumes.remove(volume);
  });

  it('puts back what was there when the content is damaged in a way that only shows while writing', async () => {
    const { place, volume, store, restore, directory } = await fixture();
    writeFileSync(path.join(place, 'file'), 'precious');
    const before = describeHostileTree(place);
    const root = { type: 'directory', path: '', mode: 0o755, uid: 0, gid: 0, mtime: 0 };
    const file = { type: 'file', path: 'a', mode: 0o644, uid: 0, gid: 0, mtime: 0, size: 7, chunks: [0, 0, 1] };
    const broken = (raw: Buffer): Buffer => Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), Buffer.from([((raw.length + 1) << 3) | 1, 0, 0]), Buffer.alloc(raw.length, 'z')]);
    const id = await forgeSnapshot(path.join(directory, 'store'), { volume, lines: [root, file], compress: broken });
    expect((await store.verify(id)).damaged).not.toEqual([]);
    await expect(restore(id)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
    expect(describeHostileTree(place)).toBe(before);
    expect(await helpersOf(engine, volume)).toEqual([]);
    await engine.volumes.remove(volume);
  });
});

import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { browseSnapshot, diffSnapshots, extractFile } from '../../../../src/main/core/snapshots/explore.ts';
import { storeFixture, type StoreFixture } from './support/store-fixture.ts';

async function withTree(): Promise<{ fixture: StoreFixture; place: string; at: (name: string) => string }> {
  const fixture = await storeFixture();
  const place = await fixture.volumes.make('data');
  const at = (name: string): string => path.join(place, name);
  mkdirSync(at('conf/sub'), { recursive: true });
  writeFileSync(at('conf/app.ini'), 'a=1\n');
  writeFileSync(at('conf/sub/deep'), 'deep');
  writeFileSync(at('big'), Buffer.alloc(8192 * 200, 'page'));
  symlinkSync('big', at('link'));
  linkSync(at('conf/app.ini'), at('zz-hard'));
  return { fixture, place, at };
}

describe('looking into a snapshot', () => {
  it('lists directories', async () => {
    const { fixture } = await withTree();
    const { id } = await fixture.capture(['data']);
    const list = async (place: string) => browseSnapshot(fixture.store, { snapshotId: id, volume: 'data', path: place });
    expect(await list('')).toMatchObject([
      { name: 'big', type: 'file', size: 8192 * 200 },
      { name: 'conf', type: 'directory', mode: 0o755 },
      { name: 'link', type: 'symlink', target: 'big' },
      { name: 'zz-hard' },
    ]);
    expect((await list('conf')).map(({ name }) => name)).toEqual(['app.ini', 'sub']);
    for (const place of ['nowhere', 'big']) await expect(list(place)).rejects.toMatchObject({ problem: { code: 'snapshot.not-found' } });
  });

  it.each(['big', 'conf/app.ini', 'zz-hard'])('takes out the file %s', async (file) => {
    const { fixture, at } = await withTree();
    const { id } = await fixture.capture(['data']);
    const to = path.join(fixture.volumes.directory, 'out');
    await extractFile(fixture.store, { snapshotId: id, volume: 'data', path: file, to });
    expect(readFileSync(to).equals(readFileSync(at(file)))).toBe(true);
    const missing = extractFile(fixture.store, { snapshotId: id, volume: 'data', path: 'conf', to });
    await expect(missing).rejects.toMatchObject({ problem: { code: 'snapshot.not-found' } });
    expect(existsSync(`${to}.part`)).toBe(false);
  });

  it('tells what differs between two', async () => {
    const { fixture, at } = await withTree();
    const before = await fixture.capture(['data']);
    rmSync(at('conf/sub/deep'));
    writeFileSync(at('new'), 'new');
    const pages = readFileSync(at('big'));
    pages.write('changed', 8192 * 100);
    writeFileSync(at('big'), pages);
    chmodSync(at('conf/sub'), 0o700);
    utimesSync(at('conf/app.ini'), 1, 1);
    const after = await fixture.capture(['data']);
    const difference = await diffSnapshots(fixture.store, { before: before.id, after: after.id });
    expect(difference).toEqual({
      counts: { added: 1, removed: 1, content: 1, metadata: 1 },
      entries: [
        { volume: 'data', path: 'big', kind: 'content', sizeBefore: 8192 * 200, sizeAfter: 8192 * 200 },
        { volume: 'data', path: 'conf/sub', kind: 'metadata' },
        { volume: 'data', path: 'conf/sub/deep', kind: 'removed', sizeBefore: 4 },
        { volume: 'data', path: 'new', kind: 'added', sizeAfter: 3 },
      ],
      complete: true,
    });
  });
});

import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineUnderTest } from './engine-under-test.ts';
import { expectProblem, makeTar, readTar, unique } from './support.ts';

export function archivesContract(given: () => EngineUnderTest): void {
  describe('archives', () => {
    const volume = unique('files');
    let id = '';
    beforeAll(async () => {
      const { engine, image } = given();
      await engine.volumes.create({ name: volume });
      id = await engine.containers.create({ name: unique('files'), Image: image, HostConfig: { Binds: [`${volume}:/v`] } });
    });
    afterAll(async () => {
      await given().engine.containers.remove(id, { force: true });
      await given().engine.volumes.remove(volume);
    });

    test('go into a volume of a container that never ran, and come out as they were', async () => {
      const { containers } = given().engine;
      const mtime = new Date('2024-05-06T07:08:09Z');
      const tar = await makeTar([
        { name: 'v', type: 'directory', mode: 0o700, uid: 999, gid: 998, mtime },
        { name: 'v/data.txt', mode: 0o640, uid: 999, gid: 998, mtime, content: 'content' },
        { name: 'v/sub', type: 'directory', mode: 0o750, mtime },
        { name: 'v/link', type: 'symlink', linkname: 'data.txt', mtime },
      ]);
      await containers.writeArchive(id, '/', tar);
      const entries = await readTar(await containers.readArchive(id, '/v'));
      expect([...entries.keys()].sort()).toEqual(['v', 'v/data.txt', 'v/link', 'v/sub']);
      expect(entries.get('v')?.header).toMatchObject({ type: 'directory', mode: 0o700, uid: 999, gid: 998, mtime });
      expect(entries.get('v/data.txt')).toMatchObject({ header: { mode: 0o640, uid: 999, gid: 998, mtime }, content: 'content' });
      expect(entries.get('v/link')?.header).toMatchObject({ type: 'symlink', linkname: 'data.txt' });
    });

    test('of a volume are the same for every container that mounts it', async () => {
      const { engine, image } = given();
      await engine.containers.writeArchive(id, '/v', await makeTar([{ name: 'shared', content: 'yes' }]));
      const other = await engine.containers.create({ name: unique('other'), Image: image, HostConfig: { Binds: [`${volume}:/elsewhere`] } });
      const entries = await readTar(await engine.containers.readArchive(other, '/elsewhere/shared'));
      expect(entries.get('shared')?.content).toBe('yes');
      await engine.containers.remove(other);
    });

    test('report a missing path, a missing container and a place that is no directory', async () => {
      const { containers } = given().engine;
      await expectProblem(containers.readArchive(id, '/nowhere'), 'engine.not-found');
      await expectProblem(containers.readArchive(unique('none'), '/v'), 'engine.not-found');
      await expectProblem(containers.writeArchive(id, '/nowhere', await makeTar([])), 'engine.not-found');
    });

    test('report what is no tar', async () => {
      const noise = Readable.from([Buffer.alloc(4096, 0x5a)]);
      await expectProblem(given().engine.containers.writeArchive(id, '/v', noise), 'engine.rejected');
    });

    test('pass the failure of their source on', async () => {
      const failing = new Readable({ read: () => undefined });
      failing.push(Buffer.alloc(512));
      setTimeout(() => failing.destroy(new Error('the source broke')), 50);
      await expect(given().engine.containers.writeArchive(id, '/v', failing)).rejects.toThrow('the source broke');
    });

    test('stop promptly when aborted, in both directions', async () => {
      const { containers } = given().engine;
      const abort = new AbortController();
      const endless = new Readable({ read: () => undefined });
      setTimeout(() => abort.abort(), 50);
      const began = performance.now();
      await expect(containers.writeArchive(id, '/v', endless, { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
      expect(endless.destroyed).toBe(true);
      const reading = new AbortController();
      const tar = await containers.readArchive(id, '/', { signal: reading.signal });
      reading.abort();
      await expect(readTar(tar)).rejects.toMatchObject({ name: 'AbortError' });
      expect(performance.now() - began).toBeLessThan(3000);
    });
  });
}

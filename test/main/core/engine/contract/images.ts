import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { EngineUnderTest } from './engine-under-test.ts';
import { all, expectProblem, makeTar, unique } from './support.ts';

export function imagesContract(given: () => EngineUnderTest): void {
  describe('images', () => {
    test('are pulled layer by layer with honest bytes, and known afterwards', async () => {
      const { engine, pullable, pullableDigest } = given();
      await engine.images.remove(pullable, { force: true });
      const states = await all(engine.images.pull(pullable));
      expect(states[0]).toMatchObject({ reference: pullable, phase: 'resolving', downloadedBytes: 0 });
      expect(states.at(-1)).toMatchObject({ phase: 'done', digest: pullableDigest });
      for (const { downloadedBytes, totalBytes } of states) expect(downloadedBytes).toBeLessThanOrEqual(totalBytes);
      for (const [index, state] of states.entries()) {
        expect(state.downloadedBytes).toBeGreaterThanOrEqual(states[index - 1]?.downloadedBytes ?? 0);
      }
      expect(states.at(-1)?.layers.length).toBe(2);
      expect((await engine.images.inspect(pullable)).digests.join()).toContain(pullableDigest);

      const again = await all(engine.images.pull(pullable));
      expect(again.at(-1)).toMatchObject({ phase: 'done', digest: pullableDigest });
    });

    test('are pulled by digest', async () => {
      const { engine, pullable, pullableDigest } = given();
      const reference = `${pullable.slice(0, pullable.lastIndexOf(':'))}@${pullableDigest}`;
      expect((await all(engine.images.pull(reference))).at(-1)?.phase).toBe('done');
      expect((await engine.images.inspect(reference)).id).toMatch(/^sha256:/);
    });

    test('report what the registry does not have, and a registry that is not there', async () => {
      const { engine, absent, unreachable } = given();
      const problem = await expectProblem(all(engine.images.pull(absent)), 'image.not-found');
      expect(problem.message).toContain(absent);
      await expectProblem(all(engine.images.pull(unreachable)), 'registry.unreachable');
      await expectProblem(engine.images.inspect(absent), 'image.not-found');
    });

    test('report a platform that they are not made for', async () => {
      const { engine, foreign } = given();
      const platform = (await engine.info()).platform;
      await expectProblem(all(engine.images.pull(foreign, { platform })), 'image.wrong-platform');
    });

    test('are imported, tagged, listed by label and removed', async () => {
      const { images } = given().engine;
      const name = `slipway-test/${unique('import')}`;
      const tar = await makeTar([{ name: 'hello', content: 'hello' }]);
      const id = await images.import(tar, `${name}:1`, { changes: [`LABEL test.image=${name}`, 'CMD ["/hello"]', 'EXPOSE 80'] });
      await images.tag(id, `${name}:2`);
      const details = await images.inspect(`${name}:2`);
      const history = await images.history(`${name}:2`);
      expect(history.filter(({ sizeBytes }) => sizeBytes > 0)).toHaveLength(details.layers.length);
      expect(details).toMatchObject({ id, labels: { 'test.image': name }, config: { command: ['/hello'], exposedPorts: ['80/tcp'] } });
      expect([...details.tags].sort()).toEqual([`${name}:1`, `${name}:2`]);
      expect((await images.list({ labels: [`test.image=${name}`] })).map((image) => image.id)).toEqual([id]);
      await images.remove(`${name}:1`);
      await images.remove(`${name}:2`);
      await images.remove(`${name}:2`);
      await expectProblem(images.inspect(id), 'image.not-found');
    });

    test('stay while a container uses them', async () => {
      const { engine, image } = given();
      const id = await engine.containers.create({ name: unique('user'), Image: image });
      await expectProblem(engine.images.remove(image), 'engine.conflict');
      await engine.containers.remove(id);
    });

    test('are saved and loaded', async () => {
      const { images } = given().engine;
      const reference = `slipway-test/${unique('saved')}:1`;
      const id = await images.import(await makeTar([{ name: 'file', content: 'x' }]), reference);
      const saved = await buffer(await images.save([reference]));
      await images.remove(reference);
      expect(await images.load(Readable.from([saved]))).toEqual([reference]);
      expect((await images.inspect(reference)).id).toBe(id);
      await images.remove(reference);
    });

    test('stop being pulled when aborted', async () => {
      const { engine, pullable } = given();
      await engine.images.remove(pullable, { force: true });
      const abort = new AbortController();
      const pulling = (async () => {
        for await (const _ of engine.images.pull(pullable, { signal: abort.signal })) abort.abort();
      })();
      await expect(pulling).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
}

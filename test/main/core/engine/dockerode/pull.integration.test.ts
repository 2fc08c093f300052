import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import { importImage, scratchTar } from '../../../../support/images.ts';
import { startRegistry, type RegistryServer } from '../../../../support/registry-server.ts';
import { all, expectProblem, makeTar } from '../contract/support.ts';

let engine: Engine;
let registry: RegistryServer;
let reference = '';
const auth = { serverAddress: '', username: 'ada', password: 'söcret/+?' };

beforeAll(async () => {
  registry = await startRegistry({ htpasswd: { ada: auth.password } });
  engine = await connectDockerode({ address: `unix://${inject('engineSocket')}`, origin: 'test' }, { logger: silentLogger });
  reference = `${registry.address}/private/app:1`;
  await importImage(inject('engineSocket'), reference, await scratchTar({ file: 'x' }));
});
afterAll(async () => {
  await engine.close();
  await registry.stop();
});

test('a private image goes to and comes from its registry with the right login only', async () => {
  const { images } = engine;
  await expectProblem(all(images.push(reference)), 'registry.unauthorized');
  const pushed = await all(images.push(reference, { auth }));
  expect(pushed.at(-1)).toMatchObject({ phase: 'done', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string });
  await images.remove(reference);
  await expectProblem(all(images.pull(reference)), 'registry.unauthorized');
  await expectProblem(all(images.pull(reference, { auth: { ...auth, password: 'wrong' } })), 'registry.unauthorized');
  const pulled = await all(images.pull(reference, { auth }));
  expect(pulled.at(-1)?.digest).toBe(pushed.at(-1)?.digest);
  await images.remove(reference);
});

test('a build tells its output, its image and the step that failed', async () => {
  const { images } = engine;
  const context = async (...lines: string[]) => makeTar([{ name: 'Dockerfile', content: lines.join('\n') }, { name: 'file', content: 'x' }]);
  const tags = ['slipway-test/built:1'];
  const args = { WORD: 'given' };
  const output = await all(images.build(await context('FROM scratch', 'ARG WORD', 'COPY file /file', 'LABEL word=$WORD'), { tags, args, labels: { a: 'b' } }));
  expect(output.map(({ text }) => text).join('')).toContain('COPY file /file');
  const imageId = output.at(-1)?.imageId ?? '';
  expect(await images.inspect(tags[0] ?? '')).toMatchObject({ id: imageId, labels: { a: 'b', word: 'given' } });
  await images.remove(tags[0] ?? '');
  const failing = await expectProblem(all(images.build(await context('FROM scratch', 'COPY missing /x'), { tags })), 'engine.rejected');
  expect(failing.detail).toContain('COPY missing /x');
  await expectProblem(all(images.build(await context('FROM scratch', 'NONSENSE'), { tags })), 'engine.rejected');
});

import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { RegistryAuth } from '../../../../../src/main/core/engine/images.ts';
import { RegistryClient } from '../../../../../src/main/core/registry/client/registry-client.ts';
import { importImage, scratchTar } from '../../../../support/images.ts';
import { startRegistry, type RegistryServer } from '../../../../support/registry-server.ts';
import { all, expectProblem } from '../../engine/contract/support.ts';

const repository = 'client/app';
let registry: RegistryServer;
let client: RegistryClient;
let digest = '';

beforeAll(async () => {
  registry = await startRegistry();
  client = new RegistryClient({ registry: registry.address });
  digest = await push(registry.address);
});
afterAll(async () => {
  client.close();
  await registry.stop();
});

async function push(address: string, name = repository, auth?: RegistryAuth): Promise<string> {
  const reference = `${address}/${name}:1`;
  await importImage(inject('engineSocket'), reference, await scratchTar({ file: 'x'.repeat(1000) }), { changes: ['LABEL team=blue'] });
  const engine = await connectDockerode({ address: `unix://${inject('engineSocket')}`, origin: 'test' }, { logger: silentLogger });
  const pushed = await all(engine.images.push(reference, auth ? { auth } : {}));
  await engine.images.remove(reference);
  await engine.close();
  return pushed.at(-1)?.digest ?? '';
}

/** Calls the registry as any HTTP client would. */
function call(method: string, path: string, { type = '', body = '' } = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { accept: type, ...(body && { 'content-type': type }) };
    const sent = request(`http://${registry.address}${path}`, { method, headers }, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, body: said }), reject);
    });
    sent.on('error', reject).end(body);
  });
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

describe('an open registry', () => {
  test('tells digest, platform, sizes, labels and history of an image', async () => {
    expect(await client.digest(repository, '1')).toBe(digest);
    const image = await client.inspect(repository, '1');
    expect(image.digest).toBe(digest);
    expect(image.variants).toHaveLength(1);
    const [variant] = image.variants;
    expect(variant).toMatchObject({ digest, platform: { os: 'linux' }, labels: { team: 'blue' } });
    expect(variant?.layers).toHaveLength(1);
    expect(variant?.sizeBytes).toBeGreaterThan(variant?.layers[0]?.sizeBytes ?? Infinity);
    expect(variant?.createdAt?.getTime()).toBeGreaterThan(Date.now() - 3_600_000);
    expect(await client.inspect(repository, digest)).toEqual(image);
  });

  test('lists tags and repositories, over many pages', async () => {
    const { body } = await call('GET', `/v2/${repository}/manifests/1`, { type: manifestType });
    for (const tag of ['2', '3', '4', '5']) await call('PUT', `/v2/${repository}/manifests/${tag}`, { type: manifestType, body });
    expect((await all(client.tags(repository, { pageSize: 2 }))).flat().sort()).toEqual(['1', '2', '3', '4', '5']);
    for (const name of ['client/b', 'client/c', 'other']) await push(registry.address, name);
    const pages = await all(client.repositories({ pageSize: 2 }));
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual([repository, 'client/b', 'client/c', 'other']);
  });

  test('tells every platform of an index, without its attestations', async () => {
    const { body } = await call('GET', `/v2/${repository}/manifests/1`, { type: manifestType });
    const entry = { mediaType: manifestType, digest, size: Buffer.byteLength(body) };
    const index = {
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [
        { ...entry, platform: { os: 'linux', architecture: 'amd64' } },
        { ...entry, platform: { os: 'unknown', architecture: 'unknown' } },
      ],
    };
    const put = await call('PUT', `/v2/${repository}/manifests/index`, { type: indexType, body: JSON.stringify(index) });
    expect(put.status).toBe(201);
    const image = await client.inspect(repository, 'index');
    expect(image.digest).not.toBe(digest);
    expect(image.variants.map((variant) => variant.digest)).toEqual([digest]);
  });

  test('has no such image, and a cancelled question is cancelled', async () => {
    await expectProblem(client.digest(repository, 'none'), 'image.not-found');
    await expectProblem(all(client.tags('client/none')), 'image.not-found');
    await expect(client.inspect(repository, '1', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('a registry with a login lets in those who have it', async () => {
  const closed = await startRegistry({ htpasswd: { ada: 'pass' }, tls: false });
  onTestFinished(() => closed.stop());
  const auth = { serverAddress: closed.address, username: 'ada', password: 'pass' };
  await push(closed.address, repository, auth);
  const known = new RegistryClient({ registry: closed.address }, { auth });
  expect((await all(known.tags(repository))).flat()).toEqual(['1']);
  expect((await known.inspect(repository, '1')).variants).toHaveLength(1);
  known.close();
  for (const wrong of [undefined, { ...auth, password: 'no' }]) {
    const stranger = new RegistryClient({ registry: closed.address }, { auth: wrong });
    await expectProblem(all(stranger.tags(repository)), 'registry.unauthorized');
    stranger.close();
  }
});

test('a registry with a certificate of its own authority is trusted when that is given', async () => {
  const secure = await startRegistry({ tls: true });
  onTestFinished(() => secure.stop());
  const stranger = new RegistryClient({ registry: secure.address });
  await expectProblem(all(stranger.repositories()), 'registry.tls');
  stranger.close();
  const trusting = new RegistryClient({ registry: secure.address, ca: await readFile(secure.caFile ?? '', 'utf8') });
  expect((await all(trusting.repositories())).flat()).toEqual([]);
  trusting.close();
});

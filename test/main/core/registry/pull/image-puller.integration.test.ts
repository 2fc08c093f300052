import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';
import type { PullProgress, RegistryAuth } from '../../../../../src/main/core/engine/images.ts';
import { OwnLogins } from '../../../../../src/main/core/registry/logins/own-logins.ts';
import { BlobCache } from '../../../../../src/main/core/registry/pull/blob-cache.ts';
import { ImagePuller, type PullRequest } from '../../../../../src/main/core/registry/pull/image-puller.ts';
import { RegistryClients } from '../../../../../src/main/core/registry/registry-clients.ts';
import { type RegistryRecord, registryRecord } from '../../../../../src/shared/models/registry.ts';
import { type Fault, type FaultProxy, type SeenRequest, startFaultProxy } from '../../../../support/fault-proxy.ts';
import { importImage, pushImage, removeImage, scratchTar } from '../../../../support/images.ts';
import { type RegistryServer, startRegistry } from '../../../../support/registry-server.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';
import { all, expectProblem, unique } from '../../engine/contract/support.ts';

/** Incompressible, so that a layer's size in the registry is known. */
const layerBytes = 600_000;
const content = randomBytes(layerBytes);

let engine: Engine;
let registry: RegistryServer;
let proxy: FaultProxy;
let choose: (request: SeenRequest) => Fault | undefined;
let cache: string;
let records: RegistryRecord[] = [];
let told: string[] = [];

beforeAll(async () => {
  engine = await connectDockerode({ address: `unix://${inject('engineSocket')}`, origin: 'test' }, { logger: silentLogger });
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.address, (request) => choose(request));
});
afterAll(async () => {
  await engine.close();
  await proxy.stop();
  await registry.stop();
});
beforeEach(async () => {
  cache = await makeTempDir('pulls');
  onTestFinished(() => removeTempDir(cache));
  records = [];
  told = [];
  choose = () => undefined;
});

/** A new image in the registry, seen through the proxy, and no longer on the engine. */
async function image(host = proxy.address, auth?: RegistryAuth): Promise<string> {
  const reference = `${host}/${unique('pull/app')}:1`;
  await importImage(inject('engineSocket'), reference, await scratchTar({ file: content, name: reference }));
  if (auth) await all(engine.images.push(reference, { auth }));
  else await pushImage(inject('engineSocket'), reference);
  await removeImage(inject('engineSocket'), reference);
  return reference;
}

function puller(login?: { readonly auth: RegistryAuth; readonly warnings?: readonly string[] }): ImagePuller {
  const clients = new RegistryClients({
    settings: (host) => records.find((record) => record.host === host),
    ownLogins: new OwnLogins({ read: () => Promise.resolve({}), write: () => Promise.resolve() }),
    findLogin: () => Promise.resolve({ warnings: [], ...login }),
    environment: {},
  });
  return new ImagePuller({ clients, cache: new BlobCache(cache), delaysMs: [10, 10, 10] });
}

function pull(reference: string, request: PullRequest = {}, by = puller()): Promise<PullProgress[]> {
  return all(by.pull(engine, reference, { tell: ({ text }) => told.push(text), ...request }));
}

/** Pulled through us, since the engine can't know of the setting. */
const throughSlipway = (host: string, more: Partial<RegistryRecord> = {}): void => {
  records = [registryRecord.parse({ host, name: host, proxy: 'direct', ...more })];
};

/** The first so many requests that fit are spoilt. */
function spoil(times: number, fits: (path: string) => boolean, fault: Fault): void {
  let left = times;
  choose = ({ path, method }) => (method === 'GET' && fits(path) && left-- > 0 ? fault : undefined);
}

const isManifest = (path: string): boolean => path.includes('/manifests/');
const onEngine = async (reference: string): Promise<boolean> =>
  engine.images.inspect(reference).then(
    () => true,
    () => false,
  );

describe('by the engine itself', () => {
  test('every layer\'s size is known before its download has begun', async () => {
    const reference = await image();
    const progress = await pull(reference);
    expect(progress.at(-1)).toMatchObject({ phase: 'done', digest: expect.stringMatching(/^sha256:/) as string });
    const last = progress.at(-1);
    expect(last?.downloadedBytes).toBe(last?.totalBytes);
    expect(last?.totalBytes).toBeGreaterThan(layerBytes);
    expect(told).toEqual([]);
  });

  test('failures that pass are tried again, and told', async () => {
    const reference = await image();
    choose = ({ path, headers }) =>
      isManifest(path) && headers['user-agent']?.startsWith('docker') && told.length < 2 ? { kind: 'answer', status: 503 } : undefined;
    await pull(reference);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/could not reach the registry .* Trying again in 1 s\.$/);
    expect(await onEngine(reference)).toBe(true);
  });

  test('a registry that limits its pulls is given the time it asks for, if that is bearable', async () => {
    const reference = await image();
    const limit = (seconds: string): typeof choose => ({ path }) =>
      isManifest(path) && told.length === 0 ? { kind: 'answer', status: 429, headers: { 'retry-after': seconds } } : undefined;
    choose = limit('0');
    await pull(reference);
    expect(told[0]).toMatch(/allows no more pulls for now/);
    await removeImage(inject('engineSocket'), reference);
    told = [];
    choose = limit('600');
    expect((await expectProblem(pull(reference), 'registry.rate-limited')).hint).toContain('600 s');
    expect(told).toEqual([]);
  });

  test.each([
    [404, 'image.not-found'],
    [401, 'registry.unauthorized'],
    [403, 'registry.unauthorized'],
  ] as const)('%i is a Problem at once', async (status, code) => {
    const reference = await image();
    const headers = status === 401 ? { 'www-authenticate': 'Basic realm="test"' } : {};
    choose = ({ path }) => (isManifest(path) ? { kind: 'answer', status, headers } : undefined);
    await expectProblem(pull(reference), code);
    expect(told).toEqual([]);
  });

  test('the login of the machine goes along, and what was wrong with finding it is told', async () => {
    const closed = await startRegistry({ htpasswd: { ada: 'right' } });
    onTestFinished(() => closed.stop());
    const auth = { serverAddress: closed.address, username: 'ada', password: 'right' };
    const reference = await image(closed.address, auth);
    await expectProblem(pull(reference), 'registry.unauthorized');
    await pull(reference, {}, puller({ auth, warnings: ['docker-credential-x is not installed.'] }));
    expect(told).toEqual(['docker-credential-x is not installed.']);
  });
});

describe('through us', () => {
  test('a registry with a certificate that only we know', async () => {
    const secure = await startRegistry({ tls: true });
    onTestFinished(() => secure.stop());
    // The engine takes any certificate of 127.0.0.1, but not of a name.
    const host = `localhost:${String(secure.port)}`;
    const reference = await image(secure.address);
    const named = reference.replace(secure.address, host);
    throughSlipway(host, { proxy: undefined, ca: await readFile(secure.caFile ?? '', 'utf8') });
    const progress = await pull(named);
    expect(told[0]).toMatch(/Pulled through Slipway: the engine doesn't know the certificate/);
    expect(progress.at(-1)).toMatchObject({ phase: 'done', digest: expect.stringMatching(/^sha256:/) as string });
    expect(await onEngine(named)).toBe(true);
    expect(await readdir(cache)).toEqual([]);
  });

  test('an image by its digest is found by that digest, and containers are made from it', async () => {
    const reference = await image();
    throughSlipway(proxy.address);
    const [{ digest = '' } = {}] = (await pull(reference)).slice(-1);
    await removeImage(inject('engineSocket'), (await engine.images.inspect(reference)).id);
    const locked = `${reference.replace(/:1$/, '')}@${digest}`;
    await expectProblem(engine.images.inspect(locked), 'image.not-found');
    expect((await pull(locked)).at(-1)).toMatchObject({ phase: 'done', digest });
    expect((await engine.images.inspect(locked)).digests).toContain(locked);
    expect((await engine.images.list()).flatMap(({ digests }) => digests)).toContain(locked);
    const container = await engine.containers.create({ name: unique('locked'), Image: locked, Cmd: ['/file'] });
    await engine.containers.remove(container);
  });

  test('only the layers that the engine lacks are downloaded', async () => {
    const reference = await image();
    throughSlipway(proxy.address);
    const [first] = (await pull(reference)).slice(-1);
    expect(first?.downloadedBytes).toBe(first?.totalBytes);
    expect(first?.totalBytes).toBeGreaterThan(layerBytes);
    const [again] = (await pull(reference)).slice(-1);
    expect(again).toMatchObject({ phase: 'done', totalBytes: 0, layers: [{ state: 'present' }] });
  });

  test('a download that is dropped goes on where it was', async () => {
    const reference = await image();
    throughSlipway(proxy.address);
    let drops = 0;
    choose = ({ path, method, headers }) => {
      const layer = path.includes('/blobs/') && method === 'GET' && (headers.range !== undefined || drops > 0);
      if (drops === 2 || (!layer && !path.includes('/blobs/'))) return undefined;
      // The configuration is small: this limit lets it pass.
      drops += 1;
      return { kind: 'drop-answer', afterBytes: 200_000 };
    };
    const before = proxy.requests.length;
    const last = (await pull(reference)).at(-1);
    expect(last?.downloadedBytes).toBe(last?.totalBytes);
    expect(await onEngine(reference)).toBe(true);
    const ranges = proxy.requests.slice(before).flatMap(({ headers: { range } }) => (range === undefined ? [] : [range]));
    expect(ranges[0]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(told.some((text) => text.includes('broke off'))).toBe(true);
  });

  test('a cancelled pull keeps what it has for the next one', async () => {
    const reference = await image();
    throughSlipway(proxy.address);
    const cancel = new AbortController();
    let halfway = 0;
    const pulling = (async () => {
      choose = ({ path, method }) => (path.includes('/blobs/') && method === 'GET' ? { kind: 'drop-answer', afterBytes: 300_000 } : undefined);
      for await (const { downloadedBytes } of puller().pull(engine, reference, { signal: cancel.signal })) {
        if (downloadedBytes > 100_000) {
          halfway = downloadedBytes;
          cancel.abort();
        }
      }
    })();
    await expect(pulling).rejects.toMatchObject({ name: 'AbortError' });
    expect(halfway).toBeGreaterThan(100_000);
    expect(await onEngine(reference)).toBe(false);
    expect(await readdir(cache)).toHaveLength(1);
    choose = () => undefined;
    const before = proxy.requests.length;
    await pull(reference);
    expect(proxy.requests.slice(before).some(({ headers }) => headers.range !== undefined)).toBe(true);
    expect(await onEngine(reference)).toBe(true);
  });

  test('a layer that is not what its digest says never reaches the engine', async () => {
    const reference = await image();
    throughSlipway(proxy.address);
    choose = ({ path }) => (path.includes('/blobs/') ? { kind: 'flip-answer' } : undefined);
    await expectProblem(pull(reference), 'image.digest-mismatch');
    expect(await onEngine(reference)).toBe(false);
  });

  test('mirrors are asked first, and the registry when they fail', async () => {
    const reference = await image(registry.address);
    records = [registryRecord.parse({ host: registry.address, name: 'x', mirrors: ['127.0.0.1:1', `http://${proxy.address}`] })];
    const before = proxy.requests.length;
    await pull(reference);
    expect(told.filter((text) => text.startsWith('A mirror failed'))[0]).toContain('127.0.0.1:1');
    expect(proxy.requests.slice(before).some(({ path }) => isManifest(path))).toBe(true);
    await removeImage(inject('engineSocket'), reference);
    spoil(100, () => true, { kind: 'answer', status: 500 });
    await pull(reference);
    expect(await onEngine(reference)).toBe(true);
  });

  test('a platform that the image is not made for is told before anything is downloaded', async () => {
    const reference = await image();
    throughSlipway(proxy.address);
    await expectProblem(pull(reference, { platform: { os: 'linux', architecture: 's390x' } }), 'image.wrong-platform');
    expect(await readdir(cache)).toEqual([]);
  });

  test('what does not exist, or can\'t be reached, is told as such', async () => {
    throughSlipway(proxy.address);
    await expectProblem(pull(`${proxy.address}/pull/none:1`), 'image.not-found');
    throughSlipway('127.0.0.1:1');
    await expectProblem(pull('127.0.0.1:1/app:1'), 'registry.unreachable');
    expect(told.filter((text) => text.includes('Trying again'))).toEqual([]);
  });
});

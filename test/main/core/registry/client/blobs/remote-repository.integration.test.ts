import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { RemoteRepository, type RepositoryOptions } from '../../../../../../src/main/core/registry/client/blobs/remote-repository.ts';
import { type Fault, type FaultProxy, type SeenRequest, startFaultProxy } from '../../../../../support/fault-proxy.ts';
import { type RegistryServer, startRegistry } from '../../../../../support/registry-server.ts';

const quick: RepositoryOptions = { retry: { attempts: 4, firstDelayMs: 10, longestDelayMs: 50 }, partBytes: 1024 * 1024 };
const content = randomBytes(3_500_000);
const blob = { digest: digestOf(content), size: content.length };

let registry: RegistryServer;
let number = 0;

beforeAll(async () => {
  registry = await startRegistry();
});

afterAll(() => registry.stop());

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const partOf = (bytes: Buffer) => (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));

const received = (repository: RemoteRepository): Promise<Buffer> => buffer(Readable.from(repository.receive(blob)));

/** A repository that nobody used before, at the registry itself or behind a proxy that does harm. */
async function repositoryAt(address: string, options: RepositoryOptions = {}, name = `blobs/${number++}`): Promise<RemoteRepository> {
  const repository = new RemoteRepository({ registry: address, silenceMs: 500 }, name, { ...quick, ...options });
  onTestFinished(() => repository.close());
  return Promise.resolve(repository);
}

async function behind(fault: (seen: SeenRequest, count: number) => Fault | undefined): Promise<{ proxy: FaultProxy; repository: RemoteRepository }> {
  const proxy = await startFaultProxy(registry.address, fault);
  onTestFinished(() => proxy.stop());
  return { proxy, repository: await repositoryAt(proxy.address) };
}

/** The fault for the first `times` requests of a kind. */
function firstly(times: number, isMeant: (seen: SeenRequest) => boolean, fault: Fault): (seen: SeenRequest) => Fault | undefined {
  let left = times;
  return (seen) => (isMeant(seen) && left-- > 0 ? fault : undefined);
}

describe('an open registry', () => {
  test('takes a blob in parts, tells that it has it, and gives it back', async () => {
    const repository = await repositoryAt(registry.address);
    expect(await repository.has(blob.digest)).toBe(false);
    const sent: number[] = [];
    await repository.send(blob, partOf(content), { onSent: (bytes) => sent.push(bytes) });
    expect(await repository.has(blob.digest)).toBe(true);
    expect(sent.at(-1)).toBe(blob.size);
    expect(sent).toEqual([...sent].sort((one, other) => one - other));
    expect((await received(repository)).equals(content)).toBe(true);
  });

  test('copies a blob from a sibling repository without getting it again', async () => {
    const { proxy, repository: first } = await behind(() => undefined);
    await first.send(blob, partOf(content));
    const from = /\/v2\/(blobs\/\d+)\//.exec(proxy.requests[0]?.path ?? '')?.[1] ?? '';
    const before = proxy.requests.length;
    const second = await repositoryAt(proxy.address, { mountFrom: from });
    await second.send(blob, partOf(content));
    expect(proxy.requests.slice(before).map(({ method }) => method)).not.toContain('PATCH');
    expect(await second.has(blob.digest)).toBe(true);
  });

  test('keeps a manifest under a tag and a digest', async () => {
    const repository = await repositoryAt(registry.address);
    await repository.send(blob, partOf(content));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const part = { mediaType: 'application/octet-stream', ...blob };
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config: part, layers: [part] }));
    await repository.sendManifest('one', { mediaType, bytes });
    const found = await repository.receiveManifest('one');
    expect(found).toMatchObject({ mediaType, digest: digestOf(bytes) });
    expect((await repository.receiveManifest(found.digest)).bytes.equals(bytes)).toBe(true);
    await expect(repository.receiveManifest('none')).rejects.toMatchObject({ problem: { code: 'image.not-found' } });
  });

  test('refuses what is not what its digest says', async () => {
    const repository = await repositoryAt(registry.address);
    const wrong = { digest: digestOf(Buffer.from('other')), size: content.length };
    await expect(repository.send(wrong, partOf(content))).rejects.toMatchObject({ problem: { code: 'registry.unreachable', data: { status: 400 } } });
    expect(await repository.has(wrong.digest)).toBe(false);
  });

  test('is left alone once cancelled', async () => {
    const cancel = new AbortController();
    const { proxy, repository } = await behind(({ method }) => {
      if (method === 'PATCH') cancel.abort();
      return undefined;
    });
    await expect(repository.send(blob, partOf(content), { signal: cancel.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(proxy.requests.at(-1)?.method).toBe('PATCH');
  });
});

describe('behind a bad line', () => {
  const isPart = ({ method }: SeenRequest): boolean => method === 'PATCH';
  const isBlob = ({ method, path }: SeenRequest): boolean => method === 'GET' && path.includes('/blobs/sha256:');

  test.each<[string, Fault]>([
    ['a connection that breaks off', { kind: 'drop-request', afterBytes: 300_000 }],
    ['an error of the server', { kind: 'answer', status: 500 }],
    ['a limit', { kind: 'answer', status: 429, headers: { 'retry-after': '0' } }],
    ['silence', { kind: 'silence' }],
  ])('%s in the midst of sending is overcome', async (_title, fault) => {
    const { repository } = await behind(firstly(2, isPart, fault));
    await repository.send(blob, partOf(content));
    expect((await received(repository)).equals(content)).toBe(true);
  });

  test('goes on with the part that did not arrive, where the registry knows the others', async () => {
    const third = (seen: SeenRequest): boolean => isPart(seen) && parts.length >= 2;
    const parts: SeenRequest[] = [];
    const once = firstly(1, third, { kind: 'answer', status: 502 });
    const { proxy, repository } = await behind((seen) => {
      const fault = once(seen);
      if (isPart(seen)) parts.push(seen);
      return fault;
    });
    await repository.send(blob, partOf(content));
    expect(proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(blob.size + 1024 * 1024);
  });

  test('a registry that takes no parts gets the blob whole', async () => {
    const { proxy, repository } = await behind((seen) => (isPart(seen) ? { kind: 'answer', status: 405 } : undefined));
    await repository.send(blob, partOf(content));
    expect(proxy.requests.filter(isPart)).toHaveLength(1);
    expect((await received(repository)).equals(content)).toBe(true);
  });

  test('an answer that breaks off is fetched from there on', async () => {
    const { proxy, repository } = await behind(firstly(2, isBlob, { kind: 'drop-answer', afterBytes: 1_000_000 }));
    await repository.send(blob, partOf(content));
    expect((await received(repository)).equals(content)).toBe(true);
    expect(proxy.requests.filter(isBlob)).toHaveLength(3);
  });

  test('what never gets better is told after a few tries', async () => {
    const { proxy, repository } = await behind((seen) => (isPart(seen) ? { kind: 'answer', status: 503 } : undefined));
    await expect(repository.send(blob, partOf(content))).rejects.toMatchObject({ problem: { code: 'registry.unreachable', data: { status: 503 } } });
    expect(proxy.requests.filter(isPart)).toHaveLength(4);
  });
});

test('a registry with a login lets those send who have it, and tells the others', async () => {
  const closed = await startRegistry({ htpasswd: { ada: 'pass' } });
  onTestFinished(() => closed.stop());
  const auth = { serverAddress: closed.address, username: 'ada', password: 'pass' };
  const known = await repositoryAt(closed.address, { auth });
  await known.send(blob, partOf(content));
  expect((await received(known)).equals(content)).toBe(true);
  const stranger = await repositoryAt(closed.address, { auth: { ...auth, password: 'no' } });
  await expect(stranger.has(blob.digest)).rejects.toMatchObject({ problem: { code: 'registry.unauthorized' } });
});

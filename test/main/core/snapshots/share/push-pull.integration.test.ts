import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { RemoteRepository } from '../../../../../src/main/core/registry/client/blobs/remote-repository.ts';
import type { Unlocking } from '../../../../../src/main/core/snapshots/crypto/key-jobs.ts';
import { quietIo } from '../../../../../src/main/core/snapshots/explore.ts';
import { openSnapshotStore } from '../../../../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../../../../src/main/core/snapshots/restore.ts';
import { pullSnapshot, type PullRequest, type PullResult } from '../../../../../src/main/core/snapshots/share/pull-snapshot.ts';
import { pushSnapshot } from '../../../../../src/main/core/snapshots/share/push-snapshot.ts';
import type { SnapshotStore } from '../../../../../src/main/core/snapshots/snapshot-store.ts';
import { type Fault, type SeenRequest, startFaultProxy } from '../../../../support/fault-proxy.ts';
import { type RegistryServer, startRegistry } from '../../../../support/registry-server.ts';
import { run } from '../../../../support/run.ts';
import { tempDir } from '../../../../support/temp.ts';
import { forgeSnapshot } from '../support/forge-snapshot.ts';
import { readTree } from '../support/read-tree.ts';
import { sealFor } from '../support/seal-for.ts';
import { type StoreFixture, storeFixture } from '../support/store-fixture.ts';

let registry: RegistryServer;
let number = 0;

beforeAll(async () => {
  registry = await startRegistry();
});

afterAll(() => registry.stop());

function repositoryAt(address: string, name = `shared/${number++}`): RemoteRepository {
  const repository = new RemoteRepository({ registry: address }, name, {
    // More than a test does harm: all of it may fall on one blob.
    retry: { attempts: 6, firstDelayMs: 10, longestDelayMs: 50 },
    partBytes: 4 * 1024 * 1024,
  });
  onTestFinished(() => repository.close());
  return repository;
}

/** A snapshot of about 20 MB in two packs, and what it is of. */
async function snapshotOf(fixture: StoreFixture): Promise<{ id: string; place: string }> {
  const place = await fixture.volumes.make('data');
  writeFileSync(path.join(place, 'random'), randomBytes(20_000_000));
  writeFileSync(path.join(place, 'text'), 'text '.repeat(10_000));
  return { id: (await fixture.capture(['data'])).id, place };
}

async function emptyStore(): Promise<SnapshotStore> {
  return openSnapshotStore(path.join(await tempDir('other'), 'store'));
}

const pull = (store: SnapshotStore, remote: RemoteRepository, more: Partial<PullRequest> = {}): Promise<PullResult> =>
  pullSnapshot({ store, remote, reference: 'one', title: 'shared:one', ...more });

const blobsOf = (store: SnapshotStore): readonly string[] => readdirSync(path.join(store.directory, 'blobs/sha256')).sort();

async function restored(fixture: StoreFixture, store: SnapshotStore, snapshotId: string): Promise<void> {
  await fixture.volumes.clear('data');
  const { volumes, journalDirectory } = fixture;
  await restoreSnapshot({ store, transport: volumes, reset: volumes, journalDirectory, snapshotId, targets: [{ from: 'data', volume: 'data' }] });
}

describe('a snapshot in a registry', () => {
  test('is fetched into another store and restores bit by bit', async () => {
    const fixture = await storeFixture();
    const { id, place } = await snapshotOf(fixture);
    const before = readTree(place);
    const remote = repositoryAt(registry.address);
    const progress: number[] = [];
    const pushed = await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one', onTransfer: ({ bytes }) => progress.push(bytes) });
    expect(pushed).toMatchObject({ snapshotId: id, digest: id, reusedBytes: 0 });
    expect(progress.at(-1)).toBe(pushed.sentBytes);

    const store = await emptyStore();
    const pulled = await pull(store, remote, { environment: { id: 'mine', name: 'my shop' } });
    expect(pulled).toMatchObject({ snapshotId: id, digest: id, receivedBytes: pushed.sentBytes });
    expect(await store.list({ environmentId: 'mine' })).toMatchObject([{ id, environmentName: 'my shop' }]);
    expect(await pull(store, remote, { reference: id })).toMatchObject({ snapshotId: id, receivedBytes: 0 });
    expect(await store.list({ environmentId: 'mine' })).toHaveLength(1);
    await restored(fixture, store, id);
    expect(readTree(place)).toEqual(before);
  });

  test('costs only what is new the second time', async () => {
    const fixture = await storeFixture();
    const { id, place } = await snapshotOf(fixture);
    const remote = repositoryAt(registry.address);
    const first = await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one' });
    writeFileSync(path.join(place, 'more'), randomBytes(100_000));
    const next = await fixture.capture(['data']);
    const second = await pushSnapshot({ store: fixture.store, snapshotId: next.id, remote, reference: 'two' });
    expect(second.sentBytes).toBeLessThan(150_000);
    expect(second.reusedBytes).toBeGreaterThan(0.9 * (first.sentBytes - 150_000));
  });

  test('can be taken on by skopeo, and brought by it', async () => {
    const fixture = await storeFixture();
    const { id, place } = await snapshotOf(fixture);
    const before = readTree(place);
    await pushSnapshot({ store: fixture.store, snapshotId: id, remote: repositoryAt(registry.address, 'ours'), reference: 'one' });
    const from = `docker://${registry.address}/ours:one`;
    await run('skopeo', ['copy', '--src-tls-verify=false', '--dest-tls-verify=false', from, `docker://${registry.address}/theirs:one`]);
    const store = await emptyStore();
    expect(await pull(store, repositoryAt(registry.address, 'theirs'))).toMatchObject({ snapshotId: id });
    await restored(fixture, store, id);
    expect(readTree(place)).toEqual(before);
  });

  test('heals the same one that is damaged here', async () => {
    const fixture = await storeFixture();
    const { id } = await snapshotOf(fixture);
    const remote = repositoryAt(registry.address);
    await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one' });
    const packs = blobsOf(fixture.store).map((name) => path.join(fixture.directory, 'blobs/sha256', name));
    const largest = packs.reduce((one, other) => (readFileSync(one).length > readFileSync(other).length ? one : other));
    writeFileSync(largest, 'x', { flag: 'r+' });
    expect((await fixture.store.verify(id)).damaged).toHaveLength(1);
    expect((await pull(fixture.store, remote)).receivedBytes).toBe(readFileSync(largest).length);
    expect((await fixture.store.verify(id)).damaged).toEqual([]);
  });

  test('is not sent when it is damaged here: the fault is found at home', async () => {
    const fixture = await storeFixture();
    const { id } = await snapshotOf(fixture);
    const remote = repositoryAt(registry.address);
    for (const name of blobsOf(fixture.store)) {
      if (!id.endsWith(name)) writeFileSync(path.join(fixture.directory, 'blobs/sha256', name), readFileSync(path.join(fixture.directory, 'blobs/sha256', name)).map((byte, at) => (at === 1000 ? byte ^ 1 : byte)));
    }
    await expect(pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one' })).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
    await expect(remote.receiveManifest('one')).rejects.toMatchObject({ problem: { code: 'image.not-found' } });
  });
});

describe('a bad line', () => {
  const isPack = ({ method, path: place }: SeenRequest): boolean => method === 'GET' && place.includes('/blobs/sha256:');

  async function behind(fault: (seen: SeenRequest, count: number) => Fault | undefined, name: string): Promise<RemoteRepository> {
    const proxy = await startFaultProxy(registry.address, fault);
    onTestFinished(() => proxy.stop());
    return repositoryAt(proxy.address, name);
  }

  test('is borne on both ways', async () => {
    const fixture = await storeFixture();
    const { id } = await snapshotOf(fixture);
    const faults: Fault[] = [
      { kind: 'answer', status: 500 },
      { kind: 'drop-request', afterBytes: 100_000 },
      { kind: 'answer', status: 429, headers: { 'retry-after': '0' } },
      { kind: 'drop-answer', afterBytes: 100_000 },
      { kind: 'flip-answer' },
    ];
    const everyFourth = (): ((seen: SeenRequest, count: number) => Fault | undefined) => {
      const left = [...faults];
      return (seen, count) => (count % 4 === 3 && (isPack(seen) || seen.method === 'PATCH') ? left.shift() : undefined);
    };
    await pushSnapshot({ store: fixture.store, snapshotId: id, remote: await behind(everyFourth(), 'bad/line'), reference: 'one' });
    const store = await emptyStore();
    expect(await pull(store, await behind(everyFourth(), 'bad/line'))).toMatchObject({ snapshotId: id });
    expect((await store.verify(id)).damaged).toEqual([]);
  });

  test('a snapshot that is not what it should be never exists, and is fetched anew the next time', async () => {
    const fixture = await storeFixture();
    const { id } = await snapshotOf(fixture);
    const remote = repositoryAt(registry.address, 'bad/flipped');
    await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one' });
    const packs = new Set<string>();
    const flipping = await behind((seen) => {
      if (!isPack(seen)) return undefined;
      packs.add(seen.path);
      return seen.path === [...packs][1] ? { kind: 'flip-answer' } : undefined;
    }, 'bad/flipped');
    const store = await emptyStore();
    await expect(pull(store, flipping)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
    expect(await store.list()).toEqual([]);
    await pull(store, remote);
    expect((await store.verify(id)).damaged).toEqual([]);
  });

  test('a cancelled transfer leaves no snapshot, and nothing half', async () => {
    const fixture = await storeFixture();
    const { id } = await snapshotOf(fixture);
    const remote = repositoryAt(registry.address, 'bad/cancelled');
    await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one' });
    const cancel = new AbortController();
    const store = await emptyStore();
    const cancelled = pull(store, remote, { signal: cancel.signal, onTransfer: ({ bytes }) => bytes > 1_000_000 && cancel.abort() });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(await store.list()).toEqual([]);
    expect(readdirSync(path.join(store.directory, 'slipway/tmp'))).toEqual([]);
    expect(await store.prune()).toBeDefined();
  });
});

describe('what is no snapshot, or another’s', () => {
  test('an image is refused by name', async () => {
    const remote = repositoryAt(registry.address, 'an/image');
    const config = Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
    const { digest, size } = await sendBytes(remote, config);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = { schemaVersion: 2, mediaType, config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size }, layers: [] };
    await remote.sendManifest('one', { mediaType, bytes: Buffer.from(JSON.stringify(manifest)) });
    const refused = pull(await emptyStore(), remote);
    await expect(refused).rejects.toMatchObject({ problem: { code: 'snapshot.unsupported', message: 'shared:one is not a snapshot.' } });
  });

  test('one of a newer format is refused, with what to do', async () => {
    const remote = repositoryAt(registry.address, 'a/newer');
    const { digest, size } = await sendBytes(remote, Buffer.from('{}'));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = { schemaVersion: 2, mediaType, artifactType: 'application/vnd.slipway.snapshot.v2', config: { mediaType: 'application/vnd.slipway.snapshot.config.v2+json', digest, size }, layers: [] };
    await remote.sendManifest('one', { mediaType, bytes: Buffer.from(JSON.stringify(manifest)) });
    await expect(pull(await emptyStore(), remote)).rejects.toMatchObject({ problem: { code: 'snapshot.unsupported', hint: 'Update Slipway, then try again.' } });
  });

  test('one that was made to harm is refused before it exists', async () => {
    const fixture = await storeFixture();
    const root = { type: 'directory', path: '', mode: 448, uid: 0, gid: 0, mtime: 0 };
    const id = await forgeSnapshot(fixture.directory, { lines: [root, { ...root, path: '../evil' }] });
    const remote = repositoryAt(registry.address, 'an/attack');
    await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one' });
    const store = await emptyStore();
    await expect(pull(store, remote)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
    expect(await store.list()).toEqual([]);
  });
});

describe('an encrypted snapshot', () => {
  test('opens for its recipient alone, keeps its id, and sends what is new only', async () => {
    const fixture = await storeFixture();
    const { id, place } = await snapshotOf(fixture);
    const before = readTree(place);
    const [identity, stranger] = [await generateX25519Identity(), await generateX25519Identity()];
    const contentKey = randomBytes(32);
    const encryption = { recipients: [await identityToRecipient(identity)] };
    const seal = { contentKey, envelope: Buffer.from(await fixture.store.runner.run('wrapKey', { contentKey, encryption }, quietIo({}))) };
    const remote = repositoryAt(registry.address, 'sealed/recipient');
    const pushed = await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one', seal });
    expect(pushed.digest).not.toBe(id);
    const again = await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'two', seal });
    expect(again).toMatchObject({ sentBytes: 0, digest: pushed.digest });

    const store = await emptyStore();
    const failing = (unlocking?: Unlocking): Promise<PullResult> => pull(store, remote, { unlocking });
    await expect(failing()).rejects.toMatchObject({ problem: { code: 'snapshot.passphrase', message: 'shared:one is encrypted.' } });
    await expect(failing({ identities: [stranger] })).rejects.toMatchObject({ problem: { code: 'snapshot.passphrase' } });
    await expect(failing({ identities: ['nonsense'] })).rejects.toMatchObject({ problem: { code: 'usage.invalid' } });
    expect(await store.list()).toEqual([]);

    expect(await pull(store, remote, { unlocking: { identities: [identity] } })).toMatchObject({ snapshotId: id, digest: pushed.digest });
    expect(blobsOf(store)).toEqual(blobsOf(fixture.store));
    await restored(fixture, store, id);
    expect(readTree(place)).toEqual(before);
  });

  test('opens with its passphrase, and nothing of it can be read or changed on the way', async () => {
    const fixture = await storeFixture();
    const place = await fixture.volumes.make('data');
    writeFileSync(path.join(place, 'customers'), randomBytes(300_000));
    const { id } = await fixture.capture(['data']);
    const remote = repositoryAt(registry.address, 'sealed/passphrase');
    await pushSnapshot({ store: fixture.store, snapshotId: id, remote, reference: 'one', seal: await sealFor('long enough') });
    const stored = await run('grep', ['-rlE', 'customers|shop|env-1|SLPK', path.join(registry.storage, 'docker/registry/v2/blobs')]).catch(() => '');
    const ours = await run('find', [path.join(registry.storage, 'docker/registry/v2/repositories/sealed/passphrase/_layers'), '-name', 'link']);
    for (const link of ours.trim().split('\n')) {
      const digest = readFileSync(link, 'utf8').replace('sha256:', '');
      expect(stored).not.toContain(digest);
    }
    const store = await emptyStore();
    await expect(pull(store, remote, { unlocking: { passphrase: 'wrong' } })).rejects.toMatchObject({ problem: { code: 'snapshot.passphrase' } });
    expect(await pull(store, remote, { unlocking: { passphrase: 'long enough' } })).toMatchObject({ snapshotId: id });
    expect((await store.verify(id)).damaged).toEqual([]);
  });
});

async function sendBytes(remote: RemoteRepository, bytes: Buffer): Promise<{ digest: string; size: number }> {
  const blob = { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length };
  await remote.send(blob, (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)));
  return blob;
}

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { SnapshotSummary } from '../../../../../src/shared/models/snapshot.ts';
import { sealBlob } from '../../../../../src/main/core/snapshots/crypto/sealed-blob.ts';
import { pullSnapshot } from '../../../../../src/main/core/snapshots/share/pull-snapshot.ts';
import { pushSnapshot } from '../../../../../src/main/core/snapshots/share/push-snapshot.ts';
import type { SnapshotNotes } from '../../../../../src/main/core/snapshots/snapshot-store.ts';
import { MemoryRemote, sha256 } from '../support/memory-remote.ts';
import { sealFor } from '../support/seal-for.ts';
import { storeFixture } from '../support/store-fixture.ts';

const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256(Buffer.from('{}')), size: 2 };
const notesType = 'application/vnd.slipway.snapshot.sealed.notes.v1';
const named = { 'org.opencontainers.image.title': 'ours' };

interface Config {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Sealed {
  readonly id: string;
  /** Another snapshot of the same store. */
  readonly other: string;
  readonly annotate: (notes: SnapshotNotes) => Promise<void>;
  readonly push: () => Promise<unknown>;
  /** What an empty store lists afterwards. */
  readonly pull: () => Promise<readonly SnapshotSummary[]>;
  /** Of the artifact that was pushed. */
  readonly config: () => Config;
  /** Puts another one in its place. */
  readonly replace: (config: Config) => void;
  /** The content encrypted as notes, as the config of an artifact. */
  readonly seal: (content: unknown) => Promise<Config>;
}

async function sealed(): Promise<Sealed> {
  const fixture = await storeFixture();
  const { store } = fixture;
  const place = await fixture.volumes.make('data');
  const capturedWith = async (content: string): Promise<string> => {
    writeFileSync(path.join(place, 'customers'), content);
    return (await fixture.capture(['data'])).id;
  };
  const [id, other] = [await capturedWith('one'), await capturedWith('two')];
  const remote = new MemoryRemote();
  const seal = await sealFor('long enough');
  const manifest = (): { readonly config: Config } => JSON.parse(remote.manifests.get('one')?.bytes.toString() ?? '') as { config: Config };
  return {
    id,
    other,
    annotate: (notes) => store.annotate(id, notes),
    push: () => pushSnapshot({ store, snapshotId: id, remote, reference: 'one', seal }),
    pull: async () => {
      const there = (await storeFixture()).store;
      try {
        await pullSnapshot({ store: there, remote, reference: 'one', title: 'shared:one', unlocking: { passphrase: 'long enough' } });
      } catch (error) {
        expect(await there.list()).toEqual([]);
        throw error;
      }
      return there.list();
    },
    config: () => manifest().config,
    replace: (config) => {
      remote.manifests.set('one', { mediaType: '', bytes: Buffer.from(JSON.stringify({ ...manifest(), config })) });
    },
    seal: async (content) => {
      const plain = Buffer.from(JSON.stringify(content));
      return { mediaType: notesType, ...remote.add(await buffer(Readable.from(sealBlob(seal.contentKey, sha256(plain), Readable.from([plain]))))) };
    },
  };
}

describe('what was said of an encrypted snapshot', () => {
  it('travels where a person has changed it, and else the artifact is as it always was', async () => {
    const { id, config, push, pull, annotate } = await sealed();
    await push();
    expect(config()).toEqual(empty);
    expect(await pull()).toMatchObject([{ id, tags: [] }]);
    await annotate({ name: 'Christmas', note: 'with orders', tags: ['a', 'b'] });
    await push();
    expect(config().mediaType).toBe(notesType);
    expect(await pull()).toMatchObject([{ id, name: 'Christmas', note: 'with orders', tags: ['a', 'b'] }]);
  });

  it('counts for nothing beyond a person’s words', async () => {
    const { id, push, pull, seal, replace } = await sealed();
    await push();
    replace(await seal({ snapshot: id, annotations: { ...named, 'dev.slipway.snapshot.environment.id': 'env-2', 'org.opencontainers.image.ref.name': 'latest' } }));
    expect(await pull()).toMatchObject([{ id, name: 'ours', environmentId: 'env-1' }]);
    replace({ ...empty, mediaType: 'application/vnd.slipway.snapshot.sealed.notes.v2' });
    expect(await pull()).toMatchObject([{ id, environmentId: 'env-1' }]);
  });

  it.each<[string, (fixture: Sealed) => Promise<Config>]>([
    ['belongs to another snapshot', ({ other, seal }) => seal({ snapshot: other, annotations: named })],
    ['says of no snapshot what it belongs to', ({ seal }) => seal({ annotations: named })],
    ['is of another form', ({ id, seal }) => seal({ snapshot: id, annotations: { 'dev.slipway.snapshot.note': 7 } })],
    ['is no document', ({ seal }) => seal('text')],
    ['is impossibly long', ({ id, seal }) => seal({ snapshot: id, annotations: { 'dev.slipway.snapshot.note': 'x'.repeat(300_000) } })],
    ['is missing', ({ seal }) => seal({}).then((config) => ({ ...config, digest: sha256(Buffer.from('other')) }))],
    ['is not encrypted', () => Promise.resolve({ ...empty, mediaType: notesType })],
  ])('is refused when it %s', async (_title, make) => {
    const fixture = await sealed();
    await fixture.push();
    fixture.replace(await make(fixture));
    await expect(fixture.pull()).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
  });
});

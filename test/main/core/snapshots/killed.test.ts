import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '../../../../src/main/core/base/abort.ts';
import { exportSnapshot } from '../../../../src/main/core/snapshots/share/snapshot-file.ts';
import { recoverRestores } from '../../../../src/main/core/snapshots/restore.ts';
import { buildEntry, removeEntry } from './support/build-entry.ts';
import { readTree } from './support/read-tree.ts';
import { storeFixture, type StoreFixture } from './support/store-fixture.ts';

/** How often each of four things is killed; 50 make 200 instants, and more look for what happens rarely. */
const rounds = Number(process.env['SLIPWAY_KILL_ROUNDS'] ?? 6);
/** The instants follow from it, so that a failure can be looked for again. */
const seed = Number(process.env['SLIPWAY_KILL_SEED'] ?? 1);

/** Shares of a whole run, from 0 to 1: xorshift. */
function instants(salt: number): () => number {
  let state = (seed * 2_654_435_761 + salt) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

let harness: URL;

beforeAll(async () => {
  harness = await buildEntry('test/main/core/snapshots/support/kill-harness.ts', 'kill-harness');
}, 60_000);

afterAll(() => removeEntry(harness));

const timeout = 60_000 + rounds * 15_000;

/** Runs the harness and kills it, and the programs it started, after `ms`; resolves with how long it ran. */
async function run(fixture: StoreFixture, action: string, { subject = '', killAfter }: { subject?: string; killAfter?: number } = {}) {
  const started = Date.now();
  const base = path.dirname(fixture.directory);
  const child = spawn(process.execPath, [fileURLToPath(harness), base, action, subject], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  if (killAfter !== undefined && child.pid !== undefined) {
    await Promise.race([sleep(killAfter), ended]);
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It was faster.
    }
  }
  const [code] = await ended;
  if (killAfter === undefined && code !== 0) throw new Error(errors);
  return Date.now() - started;
}

function fill(place: string, seed: string): void {
  for (let file = 0; file < 40; file += 1) writeFileSync(path.join(place, `${seed}-${file}`), `${seed} ${file} `.repeat(500));
  writeFileSync(path.join(place, 'big'), randomBytes(9_000_000));
}

async function expectWhole({ store }: StoreFixture): Promise<void> {
  for (const { id, problem } of await store.list()) {
    expect(problem).toBeUndefined();
    expect((await store.verify(id, { deep: false })).damaged).toEqual([]);
  }
}

describe('a process killed at any instant', () => {
  it('of a capture leaves a store in which every snapshot is whole', { timeout }, async () => {
    const fixture = await storeFixture();
    const place = await fixture.volumes.make('data');
    fill(place, 'a');
    const duration = await run(fixture, 'capture');
    const next = instants(1);
    for (let round = 0; round < rounds; round += 1) {
      fill(place, 'a');
      await run(fixture, 'capture', { killAfter: next() * duration });
      await expectWhole(fixture);
    }
    await fixture.store.prune();
    await expectWhole(fixture);
    expect((await fixture.store.usage()).unreferencedBytes).toBe(0);
    expect(readdirSync(path.join(fixture.directory, 'slipway/tmp'))).toEqual([]);
    expect(readdirSync(fixture.directory).sort()).toEqual(['blobs', 'index.json', 'oci-layout', 'slipway']);
    expect(readTree(place).length).toBe(42);
  });

  it('of a restore loses nothing: the next start finishes it or puts back what was there', { timeout }, async () => {
    const fixture = await storeFixture();
    const { store, volumes, journalDirectory } = fixture;
    const place = await volumes.make('data');
    fill(place, 'wanted');
    const { id } = await fixture.capture(['data']);
    const wanted = readTree(place);
    await volumes.clear('data');
    fill(place, 'current');
    const duration = await run(fixture, 'restore', { subject: id });
    const outcomes = new Set<string>();
    const next = instants(2);
    for (let round = 0; round < rounds; round += 1) {
      await volumes.clear('data');
      fill(place, `current${round}`);
      const before = readTree(place);
      await run(fixture, 'restore', { subject: id, killAfter: next() * duration });
      const [recovered] = await recoverRestores({
        store,
        transport: volumes,
        reset: volumes,
        journalDirectory,
        beforeWriting: () => Promise.resolve(),
      });
      outcomes.add(recovered?.outcome ?? 'none');
      const now = readTree(place);
      if (recovered?.outcome === 'finished') expect(now).toEqual(wanted);
      else if (recovered) expect(now).toEqual(before);
      else expect([before, wanted]).toContainEqual(now);
      await expectWhole(fixture);
      expect(readdirSync(journalDirectory).filter((name) => name.endsWith('.json'))).toEqual([]);
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });

  it('of pruning leaves every snapshot whole', { timeout }, async () => {
    const fixture = await storeFixture();
    const place = await fixture.volumes.make('data');
    fill(place, 'kept');
    await fixture.capture(['data']);
    const duration = await run(fixture, 'prune');
    const next = instants(3);
    for (let round = 0; round < rounds; round += 1) {
      fill(place, `round${round}`);
      const { id } = await fixture.capture(['data']);
      await fixture.store.remove(id);
      await run(fixture, 'prune', { killAfter: next() * duration });
      await expectWhole(fixture);
    }
    await fixture.store.prune();
    expect((await fixture.store.usage()).unreferencedBytes).toBe(0);
    expect(existsSync(path.join(fixture.directory, 'index.json'))).toBe(true);
  });

  it('of an import leaves a store in which every snapshot is whole, and the import can be done again', { timeout }, async () => {
    const source = await storeFixture();
    fill(await source.volumes.make('data'), 'carried');
    const { id } = await source.capture(['data']);
    const file = path.join(path.dirname(source.directory), 'carried.tar');
    await exportSnapshot(source.store, { snapshotId: id, file });
    const fixture = await storeFixture();
    fill(await fixture.volumes.make('data'), 'own');
    const own = await fixture.capture(['data']);
    const duration = await run(fixture, 'import', { subject: file });
    const next = instants(4);
    for (let round = 0; round < rounds; round += 1) {
      await fixture.store.remove(id);
      await fixture.store.prune();
      await run(fixture, 'import', { subject: file, killAfter: next() * duration });
      await expectWhole(fixture);
      expect((await fixture.store.list()).map((one) => one.id)).toContain(own.id);
      await run(fixture, 'import', { subject: file });
      expect((await fixture.store.verify(id)).damaged).toEqual([]);
    }
  });
});

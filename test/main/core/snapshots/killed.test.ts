import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '../../../../src/main/core/base/abort.ts';
import { recoverRestores } from '../../../../src/main/core/snapshots/restore.ts';
import { buildEntry, removeEntry } from './support/build-entry.ts';
import { readTree } from './support/read-tree.ts';
import { storeFixture, type StoreFixture } from './support/store-fixture.ts';

/** How often each thing is killed; more on demand, to look for what happens rarely. */
const rounds = Number(process.env['SLIPWAY_KILL_ROUNDS'] ?? 8);

let harness: URL;

beforeAll(async () => {
  harness = await buildEntry('test/main/core/snapshots/support/kill-harness.ts', 'kill-harness');
}, 60_000);

afterAll(() => removeEntry(harness));

const timeout = 60_000 + rounds * 15_000;

/** Runs the harness and kills it, and the programs it started, after `ms`; resolves with how long it ran. */
async function run(fixture: StoreFixture, action: string, { snapshotId = '', killAfter }: { snapshotId?: string; killAfter?: number } = {}) {
  const started = Date.now();
  const base = path.dirname(fixture.directory);
  const child = spawn(process.execPath, [fileURLToPath(harness), base, action, snapshotId], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
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
    for (let round = 0; round < rounds; round += 1) {
      fill(place, 'a');
      await run(fixture, 'capture', { killAfter: Math.random() * duration });
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
    const duration = await run(fixture, 'restore', { snapshotId: id });
    const outcomes = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      await volumes.clear('data');
      fill(place, `current${round}`);
      const before = readTree(place);
      await run(fixture, 'restore', { snapshotId: id, killAfter: Math.random() * duration });
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
    for (let round = 0; round < Math.ceil(rounds / 2); round += 1) {
      fill(place, `round${round}`);
      const { id } = await fixture.capture(['data']);
      await fixture.store.remove(id);
      await run(fixture, 'prune', { killAfter: 200 + Math.random() * 300 });
      await expectWhole(fixture);
    }
    await fixture.store.prune();
    expect((await fixture.store.usage()).unreferencedBytes).toBe(0);
    expect(existsSync(path.join(fixture.directory, 'index.json'))).toBe(true);
  });
});

import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Comparison } from '../scripts/lib/bench-table.mjs';
import { debianPackages } from '../scripts/lib/steps/debian-packages.mjs';
import { volumeHelper } from '../scripts/lib/steps/volume-helper.mjs';
import { silentLogger } from '../src/main/core/base/logger.ts';
import { connectDockerode } from '../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../src/main/core/engine/engine.ts';
import { startDockerd } from '../test/support/private-dockerd.ts';
import { run } from '../test/support/run.ts';
import { makeTempDir, removeTempDir } from '../test/support/temp.ts';
import { type Data, emptyDirectory, kindsOfData } from './snapshots/data.ts';
import { makePeers, type Peer, readWhole } from './snapshots/peers.ts';
import { buildSlipwayProcess } from './snapshots/slipway-peer.ts';

const volume = 'bench';

/**
 * Taking and restoring a volume of a real engine, beside what people use instead: `docker run … tar czf`, tar piped to
 * `zstd -1`, restic. `size`: megabytes of the database and of what can't be compressed; `files`: how many small ones;
 * `only`: the first words of one kind of data.
 */
export default async function snapshots(options: Readonly<Record<string, string>> = {}): Promise<Comparison[]> {
  const { size = '1024', files = '60000', runs = '3', only = '' } = options;
  await debianPackages(['restic', 'zstd', 'postgresql', 'docker.io'], () => undefined);
  await volumeHelper();
  await buildSlipwayProcess();
  const dockerd = await startDockerd({ name: 'bench' });
  const directory = await makeTempDir('bench-snapshots');
  const engine = await connectDockerode({ address: dockerd.host, origin: 'bench' }, { logger: silentLogger });
  try {
    const comparisons: Comparison[] = [];
    for (const data of kindsOfData({ megabytes: Number(size), files: Number(files) })) {
      if (!data.title.includes(only)) continue;
      comparisons.push(...(await compare(data, { engine, host: dockerd.host, directory }, Number(runs))));
    }
    return comparisons;
  } finally {
    await engine.close();
    await dockerd.stop();
    await removeTempDir(directory);
  }
}

/** Measured values by what was measured, then by peer. */
class Measures {
  readonly #all = new Map<string, { unit: string; peers: Record<string, number[]> }>();

  note(title: string, unit: string, peer: string, value: number): void {
    const measure = this.#all.get(title) ?? { unit, peers: {} };
    this.#all.set(title, measure);
    (measure.peers[peer] ??= []).push(value);
  }

  comparisons(of: string): Comparison[] {
    return [...this.#all].map(([title, { unit, peers }]) => ({ title: `${title}, ${of}`, unit, peers }));
  }
}

interface Place {
  readonly engine: Engine;
  readonly host: string;
  readonly directory: string;
}

async function compare(data: Data, { engine, host, directory }: Place, runs: number): Promise<Comparison[]> {
  const measures = new Measures();
  const { mountpoint } = await engine.volumes.create({ name: volume });
  for (let round = 0; round < runs; round += 1) {
    const place = path.join(directory, `round-${round}`);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    emptyDirectory(mountpoint);
    await data.fill(mountpoint);
    await run('sync', []);
    const peers = await makePeers({ host, volume, mountpoint, place });
    try {
      await takeAll(data, peers, { host, mountpoint, measures });
      await bringBackAll(data, peers, { mountpoint, measures });
    } finally {
      for (const peer of Object.values(peers)) peer.stop?.();
    }
  }
  await engine.volumes.remove(volume);
  return measures.comparisons(data.title);
}

type Peers = Readonly<Record<string, Peer>>;

async function takeAll(data: Data, peers: Peers, { host, mountpoint, measures }: { host: string; mountpoint: string; measures: Measures }): Promise<void> {
  measures.note('Pause window of the first snapshot', 's', 'read as a whole', await timed(() => readWhole({ host, volume })));
  for (const [name, peer] of Object.entries(peers)) {
    measures.note('First snapshot', 's', name, await timed(() => peer.take()));
    measures.note('Size', 'MB', name, peer.bytes() / 1e6);
    const seen = peer.observed?.();
    if (seen) measures.note('Event loop blocked at most', 'ms', name, seen.blocked);
    if (seen) measures.note('Pause window of the first snapshot', 's', name, seen.still);
  }
  for (const [change, apply] of Object.entries(data.changes ?? {})) {
    await settle();
    await apply(mountpoint);
    await run('sync', []);
    for (const [name, peer] of Object.entries(peers)) {
      const before = peer.bytes();
      measures.note(`Next snapshot after ${change}`, 's', name, await timed(() => peer.take()));
      measures.note(`Bytes added after ${change}`, 'MB', name, Math.max(0, peer.bytes() - before) / 1e6);
      const seen = peer.observed?.();
      if (seen) measures.note(`Pause window after ${change}`, 's', name, seen.still);
    }
  }
}

async function bringBackAll(data: Data, peers: Peers, { mountpoint, measures }: { mountpoint: string; measures: Measures }): Promise<void> {
  for (const [name, peer] of Object.entries(peers)) measures.note('Restore', 's', name, await timed(() => peer.restore()));
  for (const [name, peer] of Object.entries(peers)) {
    if (peer.reset && data.changes) {
      emptyDirectory(mountpoint);
      const title = `Reset after a small change (${name})`;
      measures.note(title, 's', 'a full restore', await timed(() => peer.reset?.() ?? Promise.resolve()));
      await settle();
      await peer.take();
      await settle();
      await Object.values(data.changes)[0]?.(mountpoint);
      measures.note(title, 's', 'reset', await timed(() => peer.reset?.() ?? Promise.resolve()));
    }
    const seen = peer.observed?.();
    if (seen) measures.note('Peak memory of the process', 'MB', name, seen.peak / 1e6);
  }
}

/** Changes within two seconds of a reading are not told by time stamps, and people are not that fast. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2500));
}

async function timed(action: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1000;
}

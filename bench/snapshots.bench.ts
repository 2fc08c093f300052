import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
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
import { makePeers, type Peer } from './snapshots/peers.ts';

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
  const dockerd = await startDockerd({ name: 'bench' });
  const directory = await makeTempDir('bench-snapshots');
  const engine = await connectDockerode({ address: dockerd.host, origin: 'bench' }, { logger: silentLogger });
  try {
    const comparisons: Comparison[] = [];
    for (const data of kindsOfData({ megabytes: Number(size), files: Number(files) })) {
      if (!data.title.includes(only)) continue;
      comparisons.push(...(await compare(data, { engine, host: dockerd.host, directory, runs: Number(runs) })));
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

async function compare(data: Data, { engine, host, directory, runs }: { engine: Engine; host: string; directory: string; runs: number }): Promise<Comparison[]> {
  const measures = new Measures();
  const { mountpoint } = await engine.volumes.create({ name: volume });
  for (let round = 0; round < runs; round += 1) {
    const place = path.join(directory, `round-${round}`);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    emptyDirectory(mountpoint);
    await data.fill(mountpoint);
    await run('sync', []);
    const peers = await makePeers({ engine, host, volume, mountpoint, place });
    for (const [name, peer] of Object.entries(peers)) {
      measures.note('First snapshot', 's', name, await observed(name, peer, measures));
      measures.note('Size', 'MB', name, peer.bytes() / 1e6);
      if (peer.pause) measures.note('Pause window of the first snapshot', 's', name, peer.pause());
    }
    for (const [change, apply] of Object.entries(data.changes ?? {})) {
      // Changes within two seconds of a reading are not told by time stamps, and people are not that fast.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await apply(mountpoint);
      await run('sync', []);
      for (const [name, peer] of Object.entries(peers)) {
        const before = peer.bytes();
        measures.note(`Next snapshot after ${change}`, 's', name, await timed(() => peer.take()));
        measures.note(`Bytes added after ${change}`, 'MB', name, Math.max(0, peer.bytes() - before) / 1e6);
        if (peer.pause) measures.note(`Pause window after ${change}`, 's', name, peer.pause());
      }
    }
    for (const [name, peer] of Object.entries(peers)) measures.note('Restore', 's', name, await timed(() => peer.restore()));
    for (const [name, peer] of Object.entries(peers)) {
      if (!peer.reset || !data.changes) continue;
      await peer.take();
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await Object.values(data.changes)[0]?.(mountpoint);
      measures.note('Reset after a small change', 's', name, await timed(() => peer.reset?.() ?? Promise.resolve()));
    }
  }
  await engine.volumes.remove(volume);
  return measures.comparisons(data.title);
}

/** Takes a snapshot and notes what it did to this process: its memory, and how long nothing else could run. */
async function observed(name: string, peer: Peer, measures: Measures): Promise<number> {
  if (!peer.pause) return timed(() => peer.take());
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  delay.enable();
  const seconds = await timed(() => peer.take());
  delay.disable();
  clearInterval(watch);
  measures.note('Event loop blocked at most', 'ms', name, delay.max / 1e6);
  measures.note('Memory of the process', 'MB', name, peak / 1e6);
  return seconds;
}

async function timed(action: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1000;
}

import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { Comparison } from '../scripts/lib/bench-table.mjs';
import { root } from '../scripts/lib/paths.mjs';
import { inPath } from '../scripts/lib/run.mjs';
import { helperPath, volumeHelper } from '../scripts/lib/steps/volume-helper.mjs';
import { silentLogger } from '../src/main/core/base/logger.ts';
import { connectDockerode } from '../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../src/main/core/engine/engine.ts';
import { captureSnapshot } from '../src/main/core/snapshots/capture.ts';
import { archiveTransport } from '../src/main/core/snapshots/engine/archive-transport.ts';
import { volumeAccess } from '../src/main/core/snapshots/engine/volume-access.ts';
import { openSnapshotStore } from '../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../src/main/core/snapshots/restore.ts';
import type { VolumeTransport } from '../src/main/core/snapshots/transport.ts';
import { environment, metadata, volumeToCapture } from '../test/main/core/snapshots/support/snapshot-request.ts';
import { startDockerd } from '../test/support/private-dockerd.ts';
import { run } from '../test/support/run.ts';
import { makeTempDir, removeTempDir } from '../test/support/temp.ts';

const megabytes = Number(process.env['SLIPWAY_BENCH_MB'] ?? 1024);
const runs = Number(process.env['SLIPWAY_BENCH_RUNS'] ?? 3);
const smallFiles = Number(process.env['SLIPWAY_BENCH_FILES'] ?? 60_000);
const page = 8192;
/** PostgreSQL's own limit for one file of a relation. */
const segmentBytes = 1024 * 1024 * 1024;

interface Peer {
  first(): Promise<void>;
  /** Compressed bytes kept so far. */
  bytes(): number;
  /** Again after a change, where the peer can do less than the first time. */
  again?(): Promise<void>;
  restore?(): Promise<void>;
}

/**
 * Taking and restoring a volume of a real engine, beside what people use instead: `tar czf`, tar piped to `zstd -1`,
 * restic. The database is made of pages like PostgreSQL's: tuples with integers and a filler of hex digits, which
 * compress about 3×.
 */
export default async function snapshots(): Promise<Comparison[]> {
  await volumeHelper();
  const dockerd = await startDockerd({ name: 'bench' });
  const directory = await makeTempDir('bench-snapshots');
  const engine = await connectDockerode({ address: dockerd.host, origin: 'bench' }, { logger: silentLogger });
  try {
    const comparisons: Comparison[] = [];
    for (const [title, fill, change] of [
      [`database of ${megabytes} MB`, fillDatabase, updatePages],
      [`${smallFiles} small files`, fillSmallFiles, undefined],
      [`${megabytes} MB that can't be compressed`, fillRandom, undefined],
    ] as const) {
      comparisons.push(...(await compare(title, { engine, directory, fill, change })));
    }
    return comparisons;
  } finally {
    await engine.close();
    await dockerd.stop();
    await removeTempDir(directory);
  }
}

async function compare(
  title: string,
  {
    engine,
    directory,
    fill,
    change,
  }: { engine: Engine; directory: string; fill: (place: string) => void; change: ((place: string) => void) | undefined },
): Promise<Comparison[]> {
  const times: Record<'first' | 'again' | 'restore' | 'bytes' | 'added', Record<string, number[]>> = { first: {}, again: {}, restore: {}, bytes: {}, added: {} };
  const note = (kind: keyof typeof times, name: string, value: number): void => void (times[kind][name] ??= []).push(value);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const { mountpoint } = await engine.volumes.create({ name: 'bench' });
  let peakMemory = 0;
  const watch = setInterval(() => (peakMemory = Math.max(peakMemory, process.memoryUsage.rss())), 50);
  for (let round = 0; round < runs; round += 1) {
    const place = path.join(directory, `round-${round}`);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    await emptyAndFill(mountpoint, fill);
    const peers = await makePeers(engine, mountpoint, place);
    for (const [name, peer] of Object.entries(peers)) {
      if (name.startsWith('slipway')) delay.enable();
      note('first', name, await timed(() => peer.first()));
      delay.disable();
      note('bytes', name, peer.bytes() / 1e6);
    }
    if (change) {
      change(mountpoint);
      await run('sync', []);
      for (const [name, peer] of Object.entries(peers)) {
        if (!peer.again) continue;
        const before = peer.bytes();
        const again = peer.again.bind(peer);
        note('again', name, await timed(again));
        note('added', name, (peer.bytes() - before) / 1e6);
      }
    }
    for (const [name, peer] of Object.entries(peers)) if (peer.restore) note('restore', name, await timed(peer.restore.bind(peer)));
  }
  clearInterval(watch);
  await engine.volumes.remove('bench');
  return [
    { title: `First snapshot, ${title} (event loop at most ${(delay.max / 1e6).toFixed(0)} ms, memory at most ${(peakMemory / 1e6).toFixed(0)} MB)`, unit: 's', peers: times.first },
    { title: `Size, ${title}`, unit: 'MB', peers: times.bytes },
    ...(change
      ? [
          { title: `Second snapshot after random updates, ${title}`, unit: 's', peers: times.again },
          { title: `Bytes added by it, ${title}`, unit: 'MB', peers: times.added },
        ]
      : []),
    { title: `Restore, ${title}`, unit: 's', peers: times.restore },
  ];
}

/** The first one is what the others relate to. */
async function makePeers(engine: Engine, mountpoint: string, place: string): Promise<Record<string, Peer>> {
  const out = (name: string): string => path.join(place, name);
  const shell = async (command: string): Promise<void> => {
    await run('sh', ['-c', command]);
  };
  const tar = (name: string, pack: string, unpack: string): Peer => ({
    first: () => shell(`tar -C ${mountpoint} -cf - . | ${pack} > ${out(name)}`),
    bytes: () => statSync(out(name)).size,
    restore: async () => {
      await emptied(mountpoint);
      await shell(`${unpack} < ${out(name)} | tar -C ${mountpoint} -xf -`);
    },
  });
  const helpers = path.dirname(helperPath('amd64'));
  return {
    'tar czf': { ...tar('tar.gz', 'gzip', 'gzip -d'), again: () => shell(`tar -C ${mountpoint} -cf - . | gzip > ${out('again.gz')}`) },
    ...(inPath('zstd') ? { 'tar | zstd -1': tar('tar.zst', 'zstd -q -1', 'zstd -q -d') } : {}),
    ...(inPath('restic') ? { restic: await restic(out('restic'), mountpoint, shell) } : {}),
    'slipway, archive': await slipway(engine, archiveTransport(engine), out('archive')),
    'slipway, helper': await slipway(engine, volumeAccess(engine, { helperDirectory: helpers, logger: silentLogger }).transport, out('packed')),
  };
}

async function restic(repository: string, mountpoint: string, shell: (command: string) => Promise<void>): Promise<Peer> {
  const program = `RESTIC_PASSWORD=x restic -q --no-cache -r ${repository}`;
  await shell(`${program} init`);
  const backup = (): Promise<void> => shell(`${program} backup ${mountpoint}`);
  return { first: backup, again: backup, bytes: () => sizeOf(repository), restore: () => shell(`${program} restore latest --target /`) };
}

async function slipway(engine: Engine, transport: VolumeTransport, directory: string): Promise<Peer> {
  const worker = pathToFileURL(path.join(root, 'out/main/snapshot-worker.js'));
  const store = await openSnapshotStore(directory, existsSync(worker) ? { worker } : {});
  const { reset } = volumeAccess(engine, { helperDirectory: path.dirname(helperPath('amd64')), logger: silentLogger });
  let latest = '';
  const capture = async (): Promise<void> => {
    latest = (await captureSnapshot({ store, transport, environment, volumes: [volumeToCapture('bench')], metadata })).id;
  };
  return {
    first: capture,
    again: capture,
    bytes: () => sizeOf(path.join(directory, 'blobs')),
    restore: async () => {
      const targets = [{ from: 'bench', volume: 'bench' }];
      await restoreSnapshot({ store, transport, reset, journalDirectory: path.join(directory, '../journal'), snapshotId: latest, targets });
    },
  };
}

function fillDatabase(place: string): void {
  mkdirSync(path.join(place, 'base/16384'), { recursive: true });
  let row = 0;
  for (let written = 0, segment = 0; written < megabytes * 1e6; segment += 1) {
    const file = openSync(path.join(place, 'base/16384', segment === 0 ? '16400' : `16400.${segment}`), 'w');
    for (let bytes = 0; bytes < segmentBytes && written < megabytes * 1e6; bytes += page, written += page) {
      const content = databasePage(row);
      row += 61;
      writeSync(file, content);
    }
    closeSync(file);
  }
}

function databasePage(firstRow: number): Buffer {
  const content = Buffer.alloc(page);
  for (let tuple = 0; tuple < 61; tuple += 1) {
    const at = 268 + tuple * 129;
    const row = firstRow + tuple;
    content.writeUInt32LE(0x8000_0000 + at, 24 + tuple * 4);
    content.writeInt32LE(row, at + 23);
    content.writeInt32LE(row % 100_000, at + 27);
    content.writeInt32LE(Math.floor(Math.random() * 100_000), at + 31);
    content.write(createHash('sha256').update(String(row)).digest('hex').padEnd(84), at + 40, 'latin1');
  }
  return content;
}

/** One page in fifty gets a changed tuple. */
function updatePages(place: string): void {
  const file = openSync(path.join(place, 'base/16384/16400'), 'r+');
  const pages = Math.floor((megabytes * 1e6) / page);
  for (let count = 0; count < pages / 50; count += 1) {
    const at = Math.floor(Math.random() * Math.min(pages, segmentBytes / page)) * page;
    writeSync(file, randomBytes(4), 0, 4, at + 299);
  }
  closeSync(file);
}

function fillSmallFiles(place: string): void {
  for (let number = 0; number < smallFiles; number += 1) {
    const directory = path.join(place, `d${Math.floor(number / 200)}`);
    if (number % 200 === 0) mkdirSync(directory);
    const file = openSync(path.join(directory, `file-${number}.txt`), 'w');
    writeSync(file, `${createHash('sha256').update(String(number)).digest('hex')} some text\n`.repeat(1 + (number % 40)));
    closeSync(file);
  }
}

function fillRandom(place: string): void {
  const file = openSync(path.join(place, 'random'), 'w');
  for (let written = 0; written < megabytes; written += 1) writeSync(file, randomBytes(1e6));
  closeSync(file);
}

async function emptied(place: string): Promise<void> {
  for (const name of readdirSync(place)) rmSync(path.join(place, name), { recursive: true });
  await Promise.resolve();
}

async function emptyAndFill(place: string, fill: (place: string) => void): Promise<void> {
  await emptied(place);
  fill(place);
  await run('sync', []);
}

async function timed(action: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await action();
  return (performance.now() - started) / 1000;
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

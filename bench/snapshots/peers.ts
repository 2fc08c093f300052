import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { helperPath } from '../../scripts/lib/steps/volume-helper.mjs';
import { run } from '../../test/support/run.ts';
import { emptyDirectory } from './data.ts';
import { SlipwayPeer } from './slipway-peer.ts';
import type { Answer } from './slipway-process.ts';

/** A way to take a volume, and to bring it back. */
export interface Peer {
  take(): Promise<void>;
  /** Bytes kept so far. */
  bytes(): number;
  /** Brings back what was taken last. */
  restore(): Promise<void>;
  /** Keeps what is there, then brings back what was taken last: where little has changed since, less is to be done. */
  reset?(): Promise<void>;
  /** What was seen of the work done last. */
  observed?(): Answer | undefined;
  stop?(): void;
}

/** Reads all of a volume: for that long its services would stand still if they did so for a whole reading. */
export async function readWhole({ host, volume }: { readonly host: string; readonly volume: string }): Promise<void> {
  await shell(`docker -H ${host} run --rm -v ${volume}:/v -w /v ${image} /bin/sh -c 'tar cf - .' | cat > /dev/null`);
}

const image = 'slipway-bench/tools:1';

/** The engine's volume `volume`, whose files lie at `mountpoint`; everything is kept below `place`. */
export async function makePeers(context: { host: string; volume: string; mountpoint: string; place: string }): Promise<Record<string, Peer>> {
  await importTools(context.host);
  return {
    'tar czf': tar(context, 'tar.gz', 'tar czf -', 'tar xzf -'),
    'tar | zstd -1': tar(context, 'tar.zst', 'tar cf - . | zstd -q -1 #', 'zstd -q -d | tar xf -'),
    restic: await restic(context),
    'slipway, archive': await slipway(context, 'archive'),
    'slipway, helper': await slipway(context, 'helper'),
  };
}

function tar({ host, volume, mountpoint, place }: { host: string; volume: string; mountpoint: string; place: string }, name: string, packing: string, unpacking: string): Peer {
  const file = path.join(place, name);
  const docker = (command: string): string => `docker -H ${host} run --rm -i -v ${volume}:/v -w /v ${image} /bin/sh -c '${command}'`;
  return {
    take: () => shell(`${docker(`${packing} .`)} > ${file}`),
    bytes: () => statSync(file).size,
    restore: async () => {
      emptyDirectory(mountpoint);
      await shell(`${docker(unpacking)} < ${file}`);
    },
  };
}

async function restic({ mountpoint, place }: { mountpoint: string; place: string }): Promise<Peer> {
  const repository = path.join(place, 'restic');
  const program = `RESTIC_PASSWORD=x restic -q --no-cache -r ${repository}`;
  await shell(`${program} init`);
  return {
    take: () => shell(`${program} backup ${mountpoint}`),
    bytes: () => sizeOf(repository),
    restore: async () => {
      emptyDirectory(mountpoint);
      await shell(`${program} restore latest --target /`);
    },
  };
}

async function slipway({ host, volume, place }: { host: string; volume: string; place: string }, way: 'helper' | 'archive'): Promise<Peer> {
  const directory = path.join(place, way);
  const worker = path.join(root, 'out', 'main', 'snapshot-worker.js');
  const process = await SlipwayPeer.start({ host, volume, directory, way, helperDirectory: path.dirname(helperPath('amd64')), worker });
  return {
    take: () => process.order('take'),
    bytes: () => sizeOf(path.join(directory, 'store', 'blobs')),
    restore: () => process.order('restore'),
    reset: () => process.order('reset'),
    observed: () => process.latest,
    stop: () => process.stop(),
  };
}

/** GNU tar, gzip and zstd of this machine with the libraries that they need, as an image. */
async function importTools(host: string): Promise<void> {
  const programs = ['/bin/sh', '/bin/tar', '/bin/gzip', '/usr/bin/zstd'];
  const libraries = `ldd ${programs.join(' ')} | grep -o '/[^ ]*' | grep -v ':$' | sort -u`;
  await shell(`tar -chf - --hard-dereference ${programs.join(' ')} $(${libraries}) 2>/dev/null | docker -H ${host} import - ${image} >/dev/null`);
}

function shell(command: string): Promise<void> {
  return run('bash', ['-o', 'pipefail', '-c', command]).then(() => undefined);
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/lib/paths.mjs';
import { helperPath } from '../../scripts/lib/steps/volume-helper.mjs';
import { silentLogger } from '../../src/main/core/base/logger.ts';
import type { Engine } from '../../src/main/core/engine/engine.ts';
import { captureSnapshot, type Freeze } from '../../src/main/core/snapshots/capture.ts';
import { archiveTransport } from '../../src/main/core/snapshots/engine/archive-transport.ts';
import { volumeAccess } from '../../src/main/core/snapshots/engine/volume-access.ts';
import { openSnapshotStore } from '../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../src/main/core/snapshots/restore.ts';
import type { VolumeTransport } from '../../src/main/core/snapshots/transport.ts';
import { environment, metadata, volumeToCapture } from '../../test/main/core/snapshots/support/snapshot-request.ts';
import { run } from '../../test/support/run.ts';
import { emptyDirectory } from './data.ts';

/** A way to take a volume, and to bring it back. */
export interface Peer {
  take(): Promise<void>;
  /** Bytes kept so far. */
  bytes(): number;
  /** Brings back what was taken last. */
  restore(): Promise<void>;
  /** Brings it back where little has changed since, when it can do less then. */
  reset?(): Promise<void>;
  /** Seconds that services would stand still, of the last `take`. */
  pause?(): number;
}

const image = 'slipway-bench/tools:1';

/** The engine's volume `volume`, whose files lie at `mountpoint`; everything is kept below `place`. */
export async function makePeers(context: { engine: Engine; host: string; volume: string; mountpoint: string; place: string }): Promise<Record<string, Peer>> {
  const { engine, host, place } = context;
  await importTools(host);
  const { transport } = volumeAccess(engine, { helperDirectory: path.dirname(helperPath('amd64')), logger: silentLogger });
  return {
    'tar czf': tar(context, 'tar.gz', 'tar czf -', 'tar xzf -'),
    'tar | zstd -1': tar(context, 'tar.zst', 'tar cf - . | zstd -q -1 #', 'zstd -q -d | tar xf -'),
    restic: await restic(context),
    'slipway, archive': await slipway(context, archiveTransport(engine), path.join(place, 'archive')),
    'slipway, helper': await slipway(context, transport, path.join(place, 'packed')),
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

async function slipway({ engine, volume, place }: { engine: Engine; volume: string; place: string }, transport: VolumeTransport, directory: string): Promise<Peer> {
  const worker = pathToFileURL(path.join(root, 'out/main/snapshot-worker.js'));
  const store = await openSnapshotStore(directory, existsSync(worker) ? { worker } : {});
  const { reset } = volumeAccess(engine, { helperDirectory: path.dirname(helperPath('amd64')), logger: silentLogger });
  let latest = '';
  let still = 0;
  const freeze: Freeze = {
    pause: () => Promise.resolve(void (still = performance.now())),
    resume: () => Promise.resolve(void (still = (performance.now() - still) / 1000)),
  };
  const restore = async (safety: boolean): Promise<void> => {
    await restoreSnapshot({
      store,
      transport,
      reset,
      journalDirectory: path.join(place, 'journal'),
      snapshotId: latest,
      targets: [{ from: volume, volume }],
      ...(safety ? { safety: { environment, volumes: [volumeToCapture(volume)], metadata: { ...metadata, kind: 'safety' as const } } } : {}),
    });
  };
  return {
    take: async () => {
      latest = (await captureSnapshot({ store, transport, environment, volumes: [volumeToCapture(volume)], metadata, freeze })).id;
    },
    bytes: () => sizeOf(path.join(directory, 'blobs')),
    restore: () => restore(false),
    reset: () => restore(true),
    pause: () => still,
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

import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Comparison } from '../scripts/lib/bench-table.mjs';
import { silentLogger } from '../src/main/core/base/logger.ts';
import { connectDockerode } from '../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../src/main/core/engine/engine.ts';
import { OwnLogins } from '../src/main/core/registry/logins/own-logins.ts';
import { BlobCache } from '../src/main/core/registry/pull/blob-cache.ts';
import { ImagePuller } from '../src/main/core/registry/pull/image-puller.ts';
import { RegistryClients } from '../src/main/core/registry/registry-clients.ts';
import { sortTags } from '../src/main/core/registry/sort-tags.ts';
import { type RegistryRecord, registryRecord } from '../src/shared/models/registry.ts';
import { scratchTar } from '../test/support/images.ts';
import { startDockerd } from '../test/support/private-dockerd.ts';
import { startRegistry } from '../test/support/registry-server.ts';
import { run } from '../test/support/run.ts';
import { makeTempDir, removeTempDir } from '../test/support/temp.ts';

const rounds = 7;
const images = 3;
const layersEach = 3;
const layerBytes = 12 * 1024 * 1024;

/**
 * Images of several layers, pulled side by side from a registry on this machine onto one engine that has none of them:
 * by as many processes of `docker pull`, by us, and by us where we download the layers ourselves. In turns.
 */
export default async function pull(): Promise<Comparison[]> {
  const dockerd = await startDockerd({ name: 'bench' });
  const registry = await startRegistry();
  const directory = await makeTempDir('bench-pull');
  const engine = await connectDockerode({ address: dockerd.host, origin: 'bench' }, { logger: silentLogger });
  try {
    const env = { PATH: process.env['PATH'], HOME: directory, DOCKER_HOST: dockerd.host };
    const references: string[] = [];
    for (let index = 0; index < images; index++) references.push(await publish(engine, `${registry.address}/bench/app${String(index)}:1`));
    const through = registryRecord.parse({ host: registry.address, name: 'bench', proxy: 'direct' });
    const tools: Readonly<Record<string, (reference: string) => Promise<unknown>>> = {
      'docker pull': (reference) => run('docker', ['pull', '--quiet', reference], { env }),
      slipway: ours(engine, directory, undefined),
      'slipway, downloading by itself': ours(engine, directory, through),
    };
    const times = new Map<string, number[]>(Object.keys(tools).map((name) => [name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const [name, tool] of Object.entries(tools)) {
        for (const reference of references) await engine.images.remove(reference, { force: true });
        const start = performance.now();
        await Promise.all(references.map(tool));
        // The first round warms caches up.
        if (round > 0) times.get(name)?.push(performance.now() - start);
      }
    }
    const title = `${String(images)} images of ${String(layersEach)} layers of ${String(layerBytes / 2 ** 20)} MiB`;
    return [{ title, unit: 'ms', peers: Object.fromEntries(times) }, tags()];
  } finally {
    await engine.close();
    await dockerd.stop();
    await registry.stop();
    await removeTempDir(directory);
  }
}

function ours(engine: Engine, directory: string, record: RegistryRecord | undefined): (reference: string) => Promise<void> {
  const clients = new RegistryClients({
    settings: () => record,
    ownLogins: new OwnLogins({ read: () => Promise.resolve({}), write: () => Promise.resolve() }),
    findLogin: () => Promise.resolve({ warnings: [] }),
    environment: {},
  });
  const puller = new ImagePuller({ clients, cache: new BlobCache(directory) });
  return async (reference) => {
    let digest: string | undefined;
    for await (const progress of puller.pull(engine, reference, {})) digest = progress.digest;
    if (digest === undefined) throw new Error(`${reference} was not pulled.`);
  };
}

/** Makes an image whose layers can't be compressed, pushes it and takes it off the engine again. */
async function publish(engine: Engine, reference: string): Promise<string> {
  const files = Object.fromEntries(Array.from({ length: layersEach }, (_, index) => [`layer${String(index)}`, randomBytes(layerBytes)]));
  const dockerfile = ['FROM scratch', ...Object.keys(files).map((name) => `COPY ${name} /${name}`)].join('\n');
  const context = Readable.from([await scratchTar({ Dockerfile: dockerfile, ...files })]);
  for await (const _output of engine.images.build(context, { tags: [reference], noCache: true }));
  for await (const _progress of engine.images.push(reference));
  await engine.images.remove(reference, { force: true });
  return reference;
}

function tags(): Comparison {
  const names = Array.from({ length: 5000 }, (_, index) => `${String(index % 40)}.${String(index % 97)}.${String(index)}${index % 3 ? '' : '-rc.1'}`);
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    sortTags(names);
    return performance.now() - start;
  });
  return { title: '5,000 fetched tags put in order', unit: 'ms', peers: { slipway: times } };
}

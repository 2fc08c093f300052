import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { Engine, EngineInfo, Platform } from '../engine.ts';
import { MemoryContainers } from './containers.ts';
import { MemoryImages } from './images.ts';
import { matchesLabels } from './label-match.ts';
import { MemoryNetworks } from './networks.ts';
import { MemoryVolumes } from './volumes.ts';
import { World } from './world.ts';

export interface MemoryEngineOptions {
  readonly clock?: Clock;
  readonly platform?: Platform;
  /** Which paths exist on the machine that the engine "runs" on; by default all but those below /nonexistent. */
  readonly hostPathExists?: (path: string) => boolean;
}

/**
 * An engine without a daemon, for tests and demonstrations: it holds the same contract as the real one. `world` is the
 * test's handle: it publishes images, scripts how containers behave, injects failures and looks into volumes.
 */
export function createMemoryEngine({
  clock = systemClock,
  platform = { os: 'linux', architecture: 'amd64' },
  hostPathExists = (path) => !path.startsWith('/nonexistent'),
}: MemoryEngineOptions = {}): { engine: Engine; world: World } {
  const world = new World({ clock, platform, hostPathExists });
  const containers = new MemoryContainers(world);
  const engine: Engine = {
    endpoint: { address: 'memory://', origin: 'memory' },
    containers,
    images: new MemoryImages(world),
    volumes: new MemoryVolumes(world),
    networks: new MemoryNetworks(world),
    events: { watch: (options = {}) => watchEvents(world, options) },
    info: async ({ signal } = {}) => {
      await Promise.resolve();
      world.enter('info', '', { signal });
      return memoryInfo(world);
    },
    diskUsage: async ({ signal } = {}) => {
      await Promise.resolve();
      world.enter('diskUsage', '', { signal });
      const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
      return {
        imagesBytes: sum([...world.images.values()].flatMap(({ layers }) => layers.map(({ bytes }) => bytes))),
        containersBytes: 0,
        volumesBytes: sum([...world.volumes.values()].map(({ files }) => files.bytes)),
        buildCacheBytes: 0,
        volumes: [...world.volumes].map(([name, { files }]) => ({ name, bytes: files.bytes })),
      };
    },
    close: () => {
      world.close();
      return Promise.resolve();
    },
  };
  return { engine, world };
}

async function* watchEvents(world: World, { signal, labels = [] }: Parameters<Engine['events']['watch']>[0] = {}) {
  for await (const event of world.watch({ signal })) {
    if (event.kind !== 'container' || matchesLabels(event.attributes, labels)) yield event;
  }
}

function memoryInfo(world: World): EngineInfo {
  return {
    id: 'memory',
    name: 'memory',
    version: '0.0.0',
    apiVersion: '1.51',
    platform: world.platform,
    operatingSystem: 'Memory',
    storageDriver: 'memory',
    rootDirectory: '/memory',
    cpus: 2,
    memoryBytes: 8_000_000_000,
    containersRunning: [...world.containers.values()].filter(({ isAlive }) => isAlive).length,
    insecureRegistries: ['127.0.0.0/8'],
    registryMirrors: [],
    kind: 'docker',
    warnings: [],
  };
}

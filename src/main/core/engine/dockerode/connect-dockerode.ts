import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Logger } from '../../base/logger.ts';
import type { Engine, EngineEndpoint } from '../engine.ts';
import { atLeast, olderOf } from './api-version.ts';
import { DockerodeBuildKit } from './buildkit.ts';
import { DockerodeContainers } from './containers.ts';
import { DockerodeEvents } from './events.ts';
import { DockerodeImages } from './images.ts';
import { DockerodeNetworks } from './networks.ts';
import { readDiskUsage, readInfo } from './system.ts';
import { Transport } from './transport.ts';
import { DockerodeVolumes } from './volumes.ts';

/** The newest version this adapter was written against, and the oldest with all that it uses (Docker 1.12). */
const newestApiVersion = '1.51';
const oldestApiVersion = '1.24';

/** The API from which on engines have BuildKit for good (Docker 18.09). */
const buildKitApiVersion = '1.39';

/**
 * Connects to a daemon and agrees on an API version. Raises `engine.unreachable`, `engine.permission-denied`, or
 * `engine.unsupported` for a daemon that is too old.
 */
export async function connectDockerode(
  endpoint: EngineEndpoint,
  { signal, logger }: Cancellable & { readonly logger: Logger },
): Promise<Engine> {
  const transport = new Transport(endpoint);
  try {
    const { apiVersion, hasBuildKit } = await negotiate(transport, signal);
    logger.debug('engine connected', { address: endpoint.address, origin: endpoint.origin, apiVersion });
    return {
      endpoint,
      containers: new DockerodeContainers(transport, apiVersion),
      images: new DockerodeImages(transport),
      ...(hasBuildKit ? { buildKit: new DockerodeBuildKit(transport, apiVersion) } : {}),
      volumes: new DockerodeVolumes(transport),
      networks: new DockerodeNetworks(transport),
      events: new DockerodeEvents(transport, logger),
      info: (options = {}) => readInfo(transport, apiVersion, options.signal),
      diskUsage: (options = {}) => readDiskUsage(transport, options.signal),
      close: () => {
        transport.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    transport.close();
    throw error;
  }
}

interface Agreement {
  readonly apiVersion: string;
  readonly hasBuildKit: boolean;
}

async function negotiate(transport: Transport, signal: AbortSignal | undefined): Promise<Agreement> {
  const attempt = { doing: 'connect to the engine' };
  const response = await transport.stream({ path: '/_ping', attempt, signal });
  response.resume();
  const offered = response.headers['api-version'];
  if (typeof offered !== 'string' || !/^\d+\.\d+$/.test(offered)) {
    throw new Fault({
      code: 'engine.unsupported',
      message: `What answers at ${transport.endpoint.address} is not a container engine that Slipway knows.`,
      hint: 'Point Slipway at a Docker Engine or at Podman\'s Docker-compatible socket.',
    });
  }
  const agreed = olderOf(offered, newestApiVersion);
  if (!atLeast(agreed, oldestApiVersion)) {
    throw new Fault({
      code: 'engine.unsupported',
      message: `The engine at ${transport.endpoint.address} is too old: it speaks Engine API ${offered}.`,
      hint: `Update it; Slipway needs Engine API ${oldestApiVersion} or newer.`,
    });
  }
  transport.useVersion(agreed);
  // Podman and engines for Windows containers build by themselves. The header Builder-Version only names a default.
  const isOther = response.headers['libpod-api-version'] !== undefined || response.headers['ostype'] === 'windows';
  return { apiVersion: agreed, hasBuildKit: atLeast(agreed, buildKitApiVersion) && !isOther };
}

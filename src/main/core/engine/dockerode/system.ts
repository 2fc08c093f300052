import { sleep } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { EngineDiskUsage, EngineInfo } from '../engine.ts';
import { ociArchitecture } from '../platform-match.ts';
import type { Transport } from './transport.ts';
import type { WireDiskUsage, WireInfo, WireVersion } from './wire.ts';

/** How often a measurement is asked for again while another one goes on. */
const measureWaits = 100;

/** See `Engine.info`. `apiVersion` is the one that was agreed on. */
export async function readInfo(transport: Transport, apiVersion: string, signal?: AbortSignal): Promise<EngineInfo> {
  const attempt = { doing: 'ask the engine about itself' };
  const [info, version] = await Promise.all([
    transport.json<WireInfo>({ path: '/info', attempt, signal }),
    transport.json<WireVersion>({ path: '/version', attempt, signal }),
  ]);
  const registries = info.RegistryConfig ?? {};
  const insecureHosts = Object.entries(registries.IndexConfigs ?? {}).filter(([, { Secure: secure }]) => !secure);
  const components = version.Components ?? [];
  return {
    id: info.ID,
    name: info.Name,
    version: version.Version,
    apiVersion,
    platform: { os: version.Os, architecture: ociArchitecture(version.Arch) },
    operatingSystem: info.OperatingSystem,
    storageDriver: info.Driver,
    rootDirectory: info.DockerRootDir,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    containersRunning: info.ContainersRunning,
    insecureRegistries: [...(registries.InsecureRegistryCIDRs ?? []), ...insecureHosts.map(([host]) => host)],
    registryMirrors: registries.Mirrors ?? [],
    kind: components.some(({ Name: name }) => name === 'Podman Engine') ? 'podman' : 'docker',
    warnings: info.Warnings ?? [],
  };
}

/** See `Engine.diskUsage`. */
export async function readDiskUsage(transport: Transport, signal?: AbortSignal): Promise<EngineDiskUsage> {
  const attempt = { doing: 'measure the engine\'s disk usage' };
  const wire = await whenFree(() => transport.json<WireDiskUsage>({ path: '/system/df', attempt, signal }), signal);
  return {
    imagesBytes: wire.LayersSize ?? 0,
    containersBytes: sum((wire.Containers ?? []).map(({ SizeRw }) => SizeRw ?? 0)),
    volumesBytes: sum((wire.Volumes ?? []).map(({ UsageData }) => Math.max(UsageData?.Size ?? 0, 0))),
    buildCacheBytes: sum((wire.BuildCache ?? []).map(({ Size, Shared }) => (Shared === true ? 0 : Size))),
    volumes: (wire.Volumes ?? []).map(({ Name, UsageData }) => ({ name: Name, bytes: Math.max(UsageData?.Size ?? 0, 0) })),
  };
}

/** Older engines measure for one client at a time and turn all others away: their turn comes soon. */
async function whenFree<Result>(measure: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  for (let waits = 0; ; waits += 1) {
    try {
      return await measure();
    } catch (error) {
      const taken = error instanceof Fault && /already running/.test(error.problem.message + (error.problem.detail ?? ''));
      if (!taken || waits === measureWaits) throw error;
      await sleep(200, { signal });
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

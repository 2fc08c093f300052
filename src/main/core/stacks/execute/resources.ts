import { composeLabels as labels, composeVersion } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import { networkHash, volumeHash } from '../../compose/config-hash.ts';
import type { NetworkSpec } from '../../engine/networks.ts';
import type { Work } from '../plan/work.ts';
import type { Execution } from './execution.ts';

/** Makes a network of the project, with Compose's labels. Raises `network.conflict`. */
export async function createNetwork({ engine, definition }: Execution, key: string, signal: AbortSignal): Promise<void> {
  const { project } = definition;
  const network = project.networks?.[key];
  if (!network) throw new Fault({ code: 'project.invalid', message: `There is no network ${key}.` });
  const { driver, config = [] } = network.ipam;
  const pools = config.map(({ subnet, gateway, ip_range: ipRange, aux_addresses: auxiliaryAddresses }) => ({
    ...(subnet === undefined ? {} : { subnet }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(ipRange === undefined ? {} : { ipRange }),
    ...(auxiliaryAddresses === undefined ? {} : { auxiliaryAddresses }),
  }));
  const ipam: NetworkSpec['ipam'] = { ...(driver === undefined ? {} : { driver }), ...(pools.length > 0 ? { config: pools } : {}) };
  await engine.networks.create(
    {
      name: network.name ?? key,
      ...(network.driver === undefined ? {} : { driver: network.driver }),
      ...(network.driver_opts === undefined ? {} : { driverOptions: network.driver_opts }),
      ...(network.internal === undefined ? {} : { internal: network.internal }),
      ...(network.attachable === undefined ? {} : { attachable: network.attachable }),
      ...(network.enable_ipv4 === undefined ? {} : { enableIPv4: network.enable_ipv4 }),
      ...(network.enable_ipv6 === undefined ? {} : { enableIPv6: network.enable_ipv6 }),
      ...(Object.keys(ipam).length > 0 ? { ipam } : {}),
      labels: { ...network.labels, ...ownLabels(project.name, networkHash(network)), [labels.network]: key },
    },
    { signal },
  );
}

/** Makes a volume of the project, with Compose's labels. */
export async function createVolume({ engine, definition }: Execution, key: string, signal: AbortSignal): Promise<void> {
  const { project } = definition;
  const volume = project.volumes?.[key];
  if (!volume) throw new Fault({ code: 'project.invalid', message: `There is no volume ${key}.` });
  await engine.volumes.create(
    {
      name: volume.name ?? key,
      ...(volume.driver === undefined ? {} : { driver: volume.driver }),
      ...(volume.driver_opts === undefined ? {} : { driverOptions: volume.driver_opts }),
      labels: { ...volume.labels, ...ownLabels(project.name, volumeHash(volume)), [labels.volume]: key },
    },
    { signal },
  );
}

/**
 * Resolves with why the network stays, or undefined when it is gone: a network that another's container uses is no
 * reason for the rest of a removal to fail. While it is made anew, it is.
 */
export async function removeNetwork(
  execution: Execution,
  work: Extract<Work, { readonly kind: 'remove-network' }>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { engine, report, request } = execution;
  await Promise.all(work.detach.map((container) => engine.networks.disconnect(work.id, container, { force: true, signal })));
  try {
    await engine.networks.remove(work.id, { signal });
    return undefined;
  } catch (error) {
    const bearable = request.prepared.plan.intent === 'down' && error instanceof Fault && error.problem.code === 'network.conflict';
    if (!bearable) throw error;
    report.log('warning', `Network ${work.name} stays, because containers outside this project use it.`);
    return 'containers outside this project use it';
  }
}

/** Resolves with why the image stays, or undefined when it is gone: one that something else uses is no failure. */
export async function removeImage(
  { engine, report }: Execution,
  { reference }: Extract<Work, { readonly kind: 'remove-image' }>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await engine.images.remove(reference, { signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault && error.problem.code === 'engine.conflict')) throw error;
    report.log('warning', `Image ${reference} stays, because something else uses it.`);
    return 'something else uses it';
  }
}

function ownLabels(projectName: string, hash: string): Record<string, string> {
  return { [labels.project]: projectName, [labels.version]: composeVersion, [labels.configHash]: hash };
}

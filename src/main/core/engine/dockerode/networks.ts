import type { Cancellable } from '../../base/abort.ts';
import type { EndpointSettings } from '../containers.ts';
import type { LabelFilter } from '../engine.ts';
import type { Network, NetworkDetails, Networks, NetworkSpec } from '../networks.ts';
import { aboutNetwork, shortId } from './attempt.ts';
import { labelFilter } from './label-filter.ts';
import type { Transport } from './transport.ts';
import type { WireNetwork } from './wire.ts';

export class DockerodeNetworks implements Networks {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async list({ labels, signal }: LabelFilter = {}): Promise<readonly Network[]> {
    const request = { path: '/networks', query: labelFilter(labels), attempt: { doing: 'list the networks' }, signal };
    return (await this.transport.json<WireNetwork[]>(request)).map(network);
  }

  async inspect(id: string, { signal }: Cancellable = {}): Promise<NetworkDetails> {
    const wire = await this.transport.json<WireNetwork>({ path: networkPath(id), attempt: aboutNetwork('inspect', id), signal });
    const containers = Object.entries(wire.Containers ?? {}).map(([container, endpoint]) => [
      container,
      { name: endpoint.Name, ipv4: endpoint.IPv4Address, ipv6: endpoint.IPv6Address },
    ]);
    return { ...network(wire), containers: Object.fromEntries(containers) as NetworkDetails['containers'], options: wire.Options ?? {} };
  }

  async create(spec: NetworkSpec, { signal }: Cancellable = {}): Promise<string> {
    const attempt = aboutNetwork('create', spec.name);
    const request = { method: 'POST', path: '/networks/create', body: createBody(spec), attempt, signal } as const;
    const { Id: id } = await this.transport.json<{ Id: string }>(request);
    return id;
  }

  async remove(id: string, { signal }: Cancellable = {}): Promise<void> {
    await this.transport.runUnlessGone({ method: 'DELETE', path: networkPath(id), attempt: aboutNetwork('remove', id), signal });
  }

  async connect(id: string, container: string, settings: EndpointSettings, { signal }: Cancellable = {}): Promise<void> {
    const attempt = aboutNetwork(`attach the container ${shortId(container)} to`, id);
    const body = { Container: container, EndpointConfig: settings };
    await this.transport.run({ method: 'POST', path: `${networkPath(id)}/connect`, body, attempt, signal });
  }

  async disconnect(id: string, container: string, options: Parameters<Networks['disconnect']>[2] = {}): Promise<void> {
    const attempt = aboutNetwork(`detach the container ${shortId(container)} from`, id);
    const body = { Container: container, Force: options.force ?? false };
    const { signal } = options;
    await this.transport.run({ method: 'POST', path: `${networkPath(id)}/disconnect`, body, attempt, signal });
  }
}

function networkPath(id: string): string {
  return `/networks/${encodeURIComponent(id)}`;
}

function createBody(spec: NetworkSpec): object {
  return {
    Name: spec.name,
    CheckDuplicate: true,
    Driver: spec.driver ?? 'bridge',
    Internal: spec.internal ?? false,
    Attachable: spec.attachable ?? false,
    EnableIPv6: spec.enableIPv6 ?? false,
    ...(spec.enableIPv4 !== undefined && { EnableIPv4: spec.enableIPv4 }),
    Options: spec.driverOptions ?? {},
    Labels: spec.labels ?? {},
    ...(spec.ipam && {
      IPAM: {
        Driver: spec.ipam.driver ?? 'default',
        Options: spec.ipam.options ?? {},
        Config: (spec.ipam.config ?? []).map(({ subnet, ipRange, gateway, auxiliaryAddresses }) => ({
          ...(subnet !== undefined && { Subnet: subnet }),
          ...(ipRange !== undefined && { IPRange: ipRange }),
          ...(gateway !== undefined && { Gateway: gateway }),
          ...(auxiliaryAddresses && { AuxiliaryAddresses: auxiliaryAddresses }),
        })),
      },
    }),
  };
}

function network(wire: WireNetwork): Network {
  return {
    id: wire.Id,
    name: wire.Name,
    driver: wire.Driver,
    scope: wire.Scope,
    internal: wire.Internal,
    labels: wire.Labels ?? {},
    subnets: (wire.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
  };
}

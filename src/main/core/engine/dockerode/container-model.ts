import type {
  ContainerDetails,
  ContainerState,
  ContainerSummary,
  HealthStatus,
  MountPoint,
  PortBinding,
} from '../containers.ts';
import type { WireContainer, WireContainerDetails, WireMount } from './wire.ts';

export function containerSummary(wire: WireContainer): ContainerSummary {
  return {
    id: wire.Id,
    name: ownName(wire.Names ?? []),
    image: wire.Image,
    imageId: wire.ImageID,
    state: wire.State as ContainerState,
    status: wire.Status,
    health: healthInStatus(wire.Status),
    createdAt: new Date(wire.Created * 1000),
    labels: wire.Labels ?? {},
    ports: (wire.Ports ?? []).map((port) => ({
      containerPort: port.PrivatePort,
      protocol: port.Type as PortBinding['protocol'],
      ...(port.PublicPort ? { hostPort: port.PublicPort, hostIp: port.IP ?? '0.0.0.0' } : {}),
    })),
    mounts: (wire.Mounts ?? []).map(mountPoint),
  };
}

export function containerDetails(wire: WireContainerDetails): ContainerDetails {
  const { State: state, Config: config, NetworkSettings: networking } = wire;
  const health = (state.Health?.Status ?? 'none') as HealthStatus;
  const startedAt = realDate(state.StartedAt);
  const finishedAt = realDate(state.FinishedAt);
  return {
    id: wire.Id,
    name: wire.Name.replace(/^\//, ''),
    image: config.Image,
    imageId: wire.Image,
    state: state.Status as ContainerState,
    status: health === 'none' ? state.Status : `${state.Status} (${health})`,
    health,
    createdAt: new Date(wire.Created),
    labels: config.Labels ?? {},
    ports: Object.entries(networking.Ports ?? {}).flatMap(([port, bindings]) => portBindings(port, bindings ?? [])),
    mounts: (wire.Mounts ?? []).map(mountPoint),
    exitCode: state.ExitCode,
    error: state.Error,
    oomKilled: state.OOMKilled,
    ...(startedAt && { startedAt }),
    ...(finishedAt && { finishedAt }),
    restartCount: wire.RestartCount,
    pid: state.Pid,
    tty: config.Tty,
    healthLog: (state.Health?.Log ?? []).map((probe) => ({
      startedAt: new Date(probe.Start),
      endedAt: new Date(probe.End),
      exitCode: probe.ExitCode,
      output: probe.Output,
    })),
    config: config,
    hostConfig: wire.HostConfig,
    networks: Object.fromEntries(
      Object.entries(networking.Networks ?? {}).map(([name, endpoint]) => [
        name,
        {
          networkId: endpoint.NetworkID,
          ipAddress: endpoint.IPAddress,
          gateway: endpoint.Gateway,
          aliases: endpoint.Aliases ?? [],
          ...(Object.keys(endpoint.IPAMConfig ?? {}).length > 0 && endpoint.IPAMConfig ? { fixed: endpoint.IPAMConfig } : {}),
        },
      ]),
    ),
  };
}

/** A container that others link to is also listed under `/other/alias`; its own name has one slash only. */
function ownName(names: readonly string[]): string {
  const name = names.find((candidate) => candidate.lastIndexOf('/') === 0) ?? names[0] ?? '';
  return name.replace(/^\//, '');
}

function healthInStatus(status: string): HealthStatus {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return /\((?:health: )?starting\)/.test(status) ? 'starting' : 'none';
}

function mountPoint(wire: WireMount): MountPoint {
  return {
    type: wire.Type as MountPoint['type'],
    ...(wire.Name !== undefined && wire.Name !== '' && { name: wire.Name }),
    source: wire.Source,
    target: wire.Destination,
    readOnly: !wire.RW,
  };
}

function portBindings(key: string, bindings: readonly { HostIp: string; HostPort: string }[]): PortBinding[] {
  const [port, protocol = 'tcp'] = key.split('/');
  const exposed = { containerPort: Number(port), protocol: protocol as PortBinding['protocol'] };
  if (bindings.length === 0) return [exposed];
  return bindings.map(({ HostIp, HostPort }) => ({ ...exposed, hostIp: HostIp || '0.0.0.0', hostPort: Number(HostPort) }));
}

/** The daemon prints Go's zero time for "never". */
function realDate(text: string): Date | undefined {
  return text.startsWith('0001-') || text === '' ? undefined : new Date(text);
}

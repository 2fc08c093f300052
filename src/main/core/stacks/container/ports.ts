import type { Port, Service } from '../../compose/project.ts';
import type { ContainerConfig, HostConfig } from '../../engine/containers.ts';

export interface PublishOptions {
  /** Ports without a host address are published on 127.0.0.1. The default; `false` does as Compose. */
  readonly publishOnLoopback?: boolean;
}

/** Ports that the container declares: those of `expose` and of `ports`. */
export function exposedPorts(service: Service): NonNullable<ContainerConfig['ExposedPorts']> {
  const exposed = [...(service.expose ?? []), ...(service.ports ?? []).map(containerPort)];
  return Object.fromEntries(exposed.map((port) => [port, {}]));
}

/** Host addresses and ports by container port, as the Engine API takes them; a range stays a range. */
export function portBindings(service: Service, { publishOnLoopback = true }: PublishOptions): NonNullable<HostConfig['PortBindings']> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of service.ports ?? []) {
    const binding = { HostIp: port.host_ip || (publishOnLoopback ? '127.0.0.1' : ''), HostPort: port.published ?? '' };
    (bindings[containerPort(port)] ??= []).push(binding);
  }
  return bindings;
}

/** Whether publishing on the loopback address changes anything for this service. */
export function publishesOnLoopback(service: Service, { publishOnLoopback = true }: PublishOptions): boolean {
  return publishOnLoopback && (service.ports ?? []).some((port) => port.host_ip === undefined || port.host_ip === '');
}

function containerPort({ target, protocol }: Port): string {
  return `${target ?? ''}/${protocol ?? 'tcp'}`;
}

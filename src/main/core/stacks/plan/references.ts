import type { Service } from '../../compose/project.ts';

const servicePrefix = 'service:';

/** Services whose namespaces or volumes this one uses: their containers must exist before its own can be made. */
export function sharedServices(service: Service): string[] {
  const modes = [service.network_mode, service.ipc, service.pid].flatMap((mode) =>
    mode?.startsWith(servicePrefix) ? [mode.slice(servicePrefix.length)] : [],
  );
  const volumes = (service.volumes_from ?? []).map((entry) => entry.split(':')[0] ?? '').filter((name) => name !== 'container');
  return [...new Set([...modes, ...volumes])];
}

/**
 * The service with `service:NAME` replaced by the id of that service's container, as Compose does before it computes
 * the configuration hash: so a service is recreated when the one whose network it shares was. Like Compose, the access
 * mode of `volumes_from` is dropped.
 */
export function resolveReferences(service: Service, containerIdOf: (serviceName: string) => string): Service {
  if (sharedServices(service).length === 0 && !service.volumes_from) return service;
  const mode = (value: string): string =>
    value.startsWith(servicePrefix) ? `container:${containerIdOf(value.slice(servicePrefix.length))}` : value;
  const source = (entry: string): string => {
    const [first = '', second = ''] = entry.split(':');
    return first === 'container' ? second : containerIdOf(first);
  };
  return {
    ...service,
    ...(service.network_mode === undefined ? {} : { network_mode: mode(service.network_mode) }),
    ...(service.ipc === undefined ? {} : { ipc: mode(service.ipc) }),
    ...(service.pid === undefined ? {} : { pid: mode(service.pid) }),
    ...(service.volumes_from === undefined ? {} : { volumes_from: service.volumes_from.map(source) }),
  };
}

import type { PortRow } from '../../../../shared/models/port.ts';

/** A stable name and the port that it leads to. */
export interface ProxyRoute {
  /** `web.shop.localhost`. */
  readonly host: string;
  readonly target: { readonly protocol: 'http:' | 'https:'; readonly host: string; readonly port: number };
  readonly title: string;
}

/**
 * A name for every running web port: `service.environment.localhost`; a service's further ports are told apart by their
 * container port, `service-9000.environment.localhost`. Pure; the first of two equal names wins.
 */
export function proxyRoutes(rows: readonly PortRow[]): ProxyRoute[] {
  const routes = new Map<string, ProxyRoute>();
  const named = new Set<string>();
  for (const { service, environmentName, containerPort, protocol, browsable, state, hostIp, hostPort, http, address } of rows) {
    const serves = protocol === 'tcp' && browsable && (state === 'listening' || state === 'dead');
    if (!serves || service === undefined || environmentName === undefined || hostPort === undefined) continue;
    const first = `${label(service)}.${label(environmentName)}.localhost`;
    const host = named.has(first) ? `${label(service)}-${containerPort ?? hostPort}.${label(environmentName)}.localhost` : first;
    named.add(first);
    if (routes.has(host)) continue;
    const tls = http?.tls ?? address?.startsWith('https:') ?? false;
    routes.set(host, { host, title: `${service} of ${environmentName}`, target: { protocol: tls ? 'https:' : 'http:', host: reachable(hostIp), port: hostPort } });
  }
  return [...routes.values()];
}

/** A name as the Domain Name System allows it (RFC 1035): letters, digits and dashes, at most 63. */
function label(name: string): string {
  const cleaned = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);
  return cleaned || 'unnamed';
}

function reachable(hostIp: string): string {
  if (hostIp === '' || hostIp === '0.0.0.0') return '127.0.0.1';
  return hostIp === '::' ? '::1' : hostIp;
}

/** The route that a request's `Host` header names; its port and its letter case do not matter. */
export function routeFor(routes: readonly ProxyRoute[], host: string | undefined): ProxyRoute | undefined {
  const name = host?.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  return routes.find((route) => route.host === name);
}

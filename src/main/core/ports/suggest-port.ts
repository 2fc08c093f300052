import type { Cancellable } from '../base/abort.ts';
import type { ContainerSummary } from '../engine/containers.ts';
import type { ReservedPorts } from './conflicts.ts';
import { holdingContainer } from './holding-container.ts';
import type { HostAddress, HostPorts } from './host-ports.ts';

export interface SuggestPortRequest extends HostAddress, Cancellable {
  /** Ports that are promised already. */
  readonly taken?: ReadonlySet<number>;
  readonly containers: readonly ContainerSummary[];
  readonly reserved?: readonly ReservedPorts[];
  readonly host: HostPorts;
}

/** Ports in a row that are tried. */
const tries = 200;
const lowestUnprivileged = 1024;
/** For wanted ports below 1024, where a neighbour needs rights too: 80 → 8080, 443 → 8443. */
const unprivilegedOffset = 8000;
/** Where to look when all neighbours are the operating system's own: 49152 → 29152. */
const quietRegion = { first: 20_000, size: 10_000 };

/**
 * A free port near the wanted one, outside the ranges that the operating system uses by itself, promised to nobody.
 * The same question gets the same answer while nothing changes. Undefined when none of some hundreds is free.
 */
export async function suggestPort(request: SuggestPortRequest): Promise<number | undefined> {
  const { hostPort, hostIp, protocol, taken, containers, reserved = [], host, signal } = request;
  const promised = new Set<number | undefined>(reserved.flatMap(({ remaps }) => remaps.map((remap) => remap.hostPort)));
  const avoided = await host.avoidedRanges({ signal });
  for (const port of candidates(hostPort)) {
    if (taken?.has(port) || promised.has(port)) continue;
    if (avoided.some(({ first, last }) => port >= first && port <= last)) continue;
    const address = { hostIp, hostPort: port, protocol };
    if (holdingContainer(containers, address)) continue;
    if (await host.canBind(address, { signal })) return port;
  }
  return undefined;
}

function* candidates(hostPort: number): Generator<number> {
  const near = hostPort < lowestUnprivileged ? hostPort + unprivilegedOffset : hostPort + 1;
  const far = quietRegion.first + (hostPort % quietRegion.size);
  for (const start of [near, far]) {
    for (let port = start; port < start + tries && port <= 65_535; port += 1) yield port;
  }
}

import type { Cancellable } from '../base/abort.ts';

/** Addresses that this machine reaches through one of its network devices. */
export interface HostRoute {
  /** CIDR notation. */
  readonly subnet: string;
  /** Device, or the address of the way out where the system names no device. */
  readonly device: string;
}

/** Reads the routing table of this machine; empty where it can't be read. */
export type ReadHostRoutes = (options: Cancellable) => Promise<readonly HostRoute[]>;

import type { PortHolder } from '../../../shared/models/port.ts';
import type { Cancellable } from '../base/abort.ts';
import type { Protocol } from './wanted-port.ts';

export interface HostAddress {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly protocol: Protocol;
}

/** The ports of this machine. */
export interface HostPorts {
  /**
   * Whether a program could listen there now. A port for every interface must be free on 0.0.0.0, 127.0.0.1 and ::;
   * SCTP is taken for free, since Node cannot try it. Raises `port.invalid` for an address that this machine hasn't and
   * for a privileged port without the right to use it.
   */
  canBind(address: HostAddress, options?: Cancellable): Promise<boolean>;
  /** Which process listens there, as far as the operating system tells this user. */
  findHolder(address: HostAddress, options?: Cancellable): Promise<PortHolder | undefined>;
  /** Ranges from which the operating system takes ports by itself or which it keeps: bad for fixed ports. */
  avoidedRanges(options?: Cancellable): Promise<readonly PortRange[]>;
}

/** Both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

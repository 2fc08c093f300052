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
   * SCTP is taken for free, since Node cannot try it, and so is a privileged port that nobody has: the engine may have
   * the right that this process lacks. `exact` tries the very address only. Raises `port.invalid` for an address that
   * this machine hasn't.
   */
  canBind(address: HostAddress, options?: Cancellable & { readonly exact?: boolean }): Promise<boolean>;
  /**
   * Which process listens at each of these addresses, in their order and as far as the operating system tells this
   * user. All at once, since finding one means looking through all processes.
   */
  findHolders(addresses: readonly HostAddress[], options?: Cancellable): Promise<readonly (PortHolder | undefined)[]>;
  /** Everything that listens on this machine by TCP and UDP, as far as the operating system tells this user. */
  listeners(options?: ListenersOptions): Promise<readonly HostListener[]>;
  /** Ranges from which the operating system takes ports by itself or which it keeps: bad for fixed ports. */
  avoidedRanges(options?: Cancellable): Promise<readonly PortRange[]>;
}

export interface ListenersOptions extends Cancellable {
  /** Addresses whose holder is known: nobody is looked up for them, and they may be left out. */
  readonly except?: (address: HostAddress) => boolean;
}

/** Something that waits for connections or datagrams. */
export interface HostListener extends HostAddress {
  readonly holder: PortHolder;
}

/** Both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

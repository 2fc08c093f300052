import type { PortHolder } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { HostAddress, HostListener, HostPorts, ListenersOptions } from '../host-ports.ts';
import { avoidedRanges } from './avoided-ranges.ts';
import { findHoldersOnLinux, listenersOnLinux } from './linux-holder.ts';
import { findHolderOnMac, listenersOnMac } from './mac-holder.ts';
import { tryBind } from './try-bind.ts';
import { findHolderOnWindows, listenersOnWindows } from './windows-holder.ts';

type FindHolders = (addresses: readonly HostAddress[], options: Cancellable) => Promise<readonly (PortHolder | undefined)[]>;

interface Lookup {
  readonly find: FindHolders;
  readonly list: (options: ListenersOptions) => Promise<readonly HostListener[]>;
}

const lookups: Readonly<Partial<Record<NodeJS.Platform, Lookup>>> = {
  linux: { find: findHoldersOnLinux, list: listenersOnLinux },
  darwin: { find: eachWith(findHolderOnMac), list: listenersOnMac },
  win32: { find: eachWith(findHolderOnWindows), list: listenersOnWindows },
};

const noLookup: Lookup = { find: eachWith(() => Promise.resolve(undefined)), list: () => Promise.resolve([]) };

function eachWith(find: (address: HostAddress, options: Cancellable) => Promise<PortHolder | undefined>): FindHolders {
  return (addresses, options) => Promise.all(addresses.map((address) => find(address, options)));
}

/** The ports of the machine that this process runs on. */
export function systemHostPorts(platform: NodeJS.Platform = process.platform): HostPorts {
  const { find: findHolders, list } = lookups[platform] ?? noLookup;
  let ranges: ReturnType<typeof avoidedRanges> | undefined;
  return {
    canBind: (address, options = {}) => canBind(address, findHolders, options),
    findHolders: (addresses, options = {}) => findHolders(addresses, options),
    listeners: (options = {}) => list(options),
    avoidedRanges: (options = {}) => (ranges ??= avoidedRanges(platform, options)),
  };
}

/** For an engine on another machine, whose ports can't be tried from here: it tells at the start. */
export const remoteHostPorts: HostPorts = {
  canBind: () => Promise.resolve(true),
  findHolders: (addresses, options = {}) => noLookup.find(addresses, options),
  listeners: () => Promise.resolve([]),
  avoidedRanges: () => Promise.resolve([]),
};

/**
 * Where a port is tried. One for every interface must be free on all of IPv4 and IPv6. One for 127.0.0.1 must be free
 * on ::1 as well, since `localhost` may mean either. The wildcard addresses follow because systems other than Linux let
 * a narrower listener take the port from a wider one.
 */
function triedAddresses(hostIp: string): readonly string[] {
  switch (hostIp) {
    case '':
    case '0.0.0.0':
    case '::':
      return ['0.0.0.0', '127.0.0.1', '::', '::1'];
    case '127.0.0.1':
    case '::1':
    case 'localhost':
      return ['127.0.0.1', '::1'];
    default:
      return [hostIp];
  }
}

async function canBind(address: HostAddress, findHolders: FindHolders, { signal, exact = false }: Cancellable & { readonly exact?: boolean }): Promise<boolean> {
  signal?.throwIfAborted();
  if (address.protocol === 'sctp') return true;
  const tried = exact ? [address.hostIp] : triedAddresses(address.hostIp);
  for (const hostIp of tried) {
    const outcome = await tryBind({ ...address, hostIp });
    if (outcome === 'taken') return false;
    if (outcome === 'no-such-address' && tried.length === 1) throw noSuchAddress(address);
    // The engine may have the right that this process lacks; what is left to ask is whether somebody listens.
    if (outcome === 'forbidden') return (await findHolders([address], { signal }))[0] === undefined;
  }
  return true;
}

function noSuchAddress({ hostIp, hostPort }: HostAddress): Fault {
  return new Fault({
    code: 'port.invalid',
    message: `This machine has no address ${hostIp} to publish port ${hostPort} on.`,
    hint: 'Publish on 127.0.0.1 or on an address of this machine.',
    data: { hostIp, hostPort },
  });
}

import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { PortHolder } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { HostAddress, HostListener, ListenersOptions } from '../host-ports.ts';
import { overlaps } from '../holding-container.ts';
import { type ListeningSocket, listeningSockets } from './linux-sockets.ts';

/** Reads `/proc/net` for the sockets and `/proc/PID/fd` for their processes. Other users' processes stay unnamed without root. */
export async function findHoldersOnLinux(addresses: readonly HostAddress[], { signal }: Cancellable): Promise<(PortHolder | undefined)[]> {
  const protocols = [...new Set(addresses.map(({ protocol }) => protocol))];
  const listening = new Map(await Promise.all(protocols.map(async (protocol) => [protocol, await listeningSockets(protocol)] as const)));
  signal?.throwIfAborted();
  const sockets = addresses.map(({ hostIp, hostPort, protocol }) => {
    const there = listening.get(protocol)?.filter(({ port }) => port === hostPort) ?? [];
    // `localhost` is asked for on both loopback addresses: whoever has the port there is meant when nobody has the very address.
    return there.find(({ address }) => overlaps(address, hostIp)) ?? there[0];
  });
  const found = sockets.filter((socket) => socket !== undefined);
  const holders = await holdersOf(found);
  signal?.throwIfAborted();
  return sockets.map((socket) => (socket ? holders[found.indexOf(socket)] : undefined));
}

/** Everything that listens on this machine by TCP and UDP, with its process where this user may see it. */
export async function listenersOnLinux({ signal, except }: ListenersOptions): Promise<HostListener[]> {
  const found = await Promise.all(
    (['tcp', 'udp'] as const).map(async (protocol) => (await listeningSockets(protocol)).map((socket) => ({ protocol, socket }))),
  );
  signal?.throwIfAborted();
  const all = found.flat().filter(({ protocol, socket }) => !except?.({ hostIp: socket.address, hostPort: socket.port, protocol }));
  const holders = await holdersOf(all.map(({ socket }) => socket));
  signal?.throwIfAborted();
  return all.flatMap(({ protocol, socket: { address, port } }, index) => {
    const holder = holders[index];
    return holder ? [{ hostIp: address, hostPort: port, protocol, holder }] : [];
  });
}

/** The holders of these sockets, in their order. */
async function holdersOf(sockets: readonly ListeningSocket[]): Promise<PortHolder[]> {
  const [processes, users] = await Promise.all([processesWith(new Set(sockets.map(({ inode }) => inode))), userNames()]);
  return Promise.all(
    sockets.map(async ({ inode, uid }): Promise<PortHolder> => {
      const user = users.get(String(uid));
      const who = user === undefined ? {} : { user };
      const pid = processes.get(inode);
      if (pid === undefined) return { kind: 'unknown', name: user === undefined ? 'another program' : `a program of ${user}`, ...who };
      return { kind: 'process', name: await processName(pid), pid, ...who };
    }),
  );
}

/** Processes that are looked into before others get their turn. */
const atOnce = 40;

/**
 * Socket inode → the first process that has it open. Reads without the thread pool: what `/proc` holds is in memory, and
 * a way through the pool costs twenty times as much as one of these thousands of reads.
 */
async function processesWith(inodes: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  if (inodes.size === 0) return found;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const [index, pid] of pids.entries()) {
    if (found.size === inodes.size) break;
    if (index % atOnce === atOnce - 1) await setImmediate();
    for (const link of socketsOf(pid)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode !== undefined && inodes.has(inode) && !found.has(inode)) found.set(inode, Number(pid));
    }
  }
  return found;
}

/** Processes end while one looks at them, and others' can't be looked into: both have no sockets for us. */
function socketsOf(pid: string): string[] {
  const descriptors = unlessGone(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return descriptors.map((descriptor) => unlessGone(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`)) ?? '');
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

async function processName(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() || `process ${pid}`;
}

/** User id → login name. */
async function userNames(): Promise<ReadonlyMap<string, string>> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return new Map(
    passwd.split('\n').flatMap((line) => {
      const [name, , uid] = line.split(':');
      return name && uid ? [[uid, name] as const] : [];
    }),
  );
}

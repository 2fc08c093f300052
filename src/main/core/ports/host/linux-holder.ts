import { readdir, readFile, readlink } from 'node:fs/promises';
import type { PortHolder } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { HostAddress } from '../host-ports.ts';

/** One listening socket as `/proc/net/tcp` and its kin list it. */
export interface ListeningSocket {
  readonly port: number;
  readonly uid: number;
  readonly inode: string;
}

/** States of a socket that waits for others: TCP's LISTEN, and the only one of UDP. */
const listening: Readonly<Record<string, string>> = { tcp: '0A', udp: '07' };

/** Reads `/proc/net` for the socket and `/proc/PID/fd` for its process. Other users' processes stay unnamed without root. */
export async function findHolderOnLinux({ hostPort, protocol }: HostAddress, { signal }: Cancellable): Promise<PortHolder | undefined> {
  const state = listening[protocol];
  if (state === undefined) return undefined;
  const tables = await Promise.all([protocol, `${protocol}6`].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
  signal?.throwIfAborted();
  const socket = tables.flatMap((table) => parseSockets(table, state)).find(({ port }) => port === hostPort);
  if (!socket) return undefined;
  const [pid, user] = await Promise.all([processWith(socket.inode), userName(socket.uid)]);
  signal?.throwIfAborted();
  const who = user === undefined ? {} : { user };
  if (pid === undefined) return { kind: 'unknown', name: user === undefined ? 'another program' : `a program of ${user}`, ...who };
  return { kind: 'process', name: await processName(pid), pid, ...who };
}

/** Lines of `/proc/net/{tcp,udp}{,6}` (proc(5)) in the given state; numbers there are hexadecimal. */
export function parseSockets(table: string, state: string): ListeningSocket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , actual, , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
      return actual === state && Number.isInteger(port) ? [{ port, uid: Number(uid), inode }] : [];
    });
}

async function processWith(inode: string): Promise<number | undefined> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const wanted = `socket:[${inode}]`;
  const found = await Promise.all(pids.map(async (pid) => ((await socketsOf(pid)).includes(wanted) ? Number(pid) : undefined)));
  return found.find((pid) => pid !== undefined);
}

/** Processes end while one looks at them, and others' can't be looked into: both have no sockets for us. */
async function socketsOf(pid: string): Promise<string[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(descriptors.map((descriptor) => readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')));
}

async function processName(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() || `process ${pid}`;
}

async function userName(uid: number): Promise<string | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return passwd.split('\n').find((line) => line.split(':')[2] === String(uid))?.split(':')[0];
}

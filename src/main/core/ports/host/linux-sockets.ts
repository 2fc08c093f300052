import { readFile } from 'node:fs/promises';
import type { Protocol } from '../wanted-port.ts';

/** One listening socket as `/proc/net/tcp` and its kin list it. */
export interface ListeningSocket {
  readonly address: string;
  readonly port: number;
  readonly uid: number;
  readonly inode: string;
}

/** States of a socket that waits for others: TCP's LISTEN, and the only one of UDP. */
const listening: Readonly<Partial<Record<Protocol, string>>> = { tcp: '0A', udp: '07' };

/** The listening sockets of this machine, IPv4 before IPv6; none for SCTP, which has no such table. */
export async function listeningSockets(protocol: Protocol): Promise<ListeningSocket[]> {
  const state = listening[protocol];
  if (state === undefined) return [];
  const tables = await Promise.all([protocol, `${protocol}6`].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
  return tables.flatMap((table) => parseSockets(table, state));
}

/** Lines of `/proc/net/{tcp,udp}{,6}` (proc(5)) in the given state; numbers there are hexadecimal. */
export function parseSockets(table: string, state: string): ListeningSocket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , actual, , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
      const [address = '', portText = ''] = local.split(':');
      const port = Number.parseInt(portText, 16);
      return actual === state && Number.isInteger(port) ? [{ address: addressOf(address), port, uid: Number(uid), inode }] : [];
    });
}

/** The kernel prints addresses as 32-bit words in the byte order of the machine: little endian on all that run us. */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)));
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? bytes.slice(12).join('.') : compressIpv6(bytes);
}

/** RFC 5952: the longest run of zero groups becomes `::`. */
function compressIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) => (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16));
  const full = groups.join(':');
  const runs = full.match(/\b0(:0)+\b/g) ?? [];
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return full;
  const at = full.indexOf(longest);
  return `${full.slice(0, at).replace(/:$/, '')}::${full.slice(at + longest.length).replace(/^:/, '')}`;
}

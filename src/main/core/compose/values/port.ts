import { isIP, isIPv4 } from 'node:net';

/** One published port, as the short form `[[IP:]HOST:]CONTAINER[/PROTOCOL]` writes it. */
export interface ShortPort {
  readonly hostIp?: string;
  readonly target: number;
  readonly published?: string;
  readonly protocol: string;
}

export type PortResult = { readonly ports: readonly ShortPort[] } | { readonly error: string };

const protocols = new Set(['tcp', 'udp', 'sctp']);

/**
 * Reads a short port; a range becomes a port for each number, ordered by the text of the container port.
 *
 * Source: Compose Specification, "ports", short syntax.
 */
export function parsePort(text: string): PortResult {
  const parts = text.split(':');
  const container = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const address = parts.join(':');
  const hostIp = hostAddress(address);
  const [targets, given = ''] = cut(container, '/');
  const protocol = (targets ? given || 'tcp' : '').toLowerCase();
  if (!protocols.has(protocol)) {
    return { error: targets ? `“${given}” is no protocol of a port (tcp, udp or sctp)` : 'it names no container port' };
  }
  if (hostIp === undefined) return { error: `“${address}” is no IPv4 address, nor an IPv6 address in brackets` };
  const target = parseRange(targets);
  if (!target) return { error: `“${targets}” is no port between 0 and 65535, or range of such` };
  const published = host ? parseRange(host) : undefined;
  if (host && !published) return { error: `“${host}” is no port between 0 and 65535, or range of such` };
  const count = target.end - target.start + 1;
  if (published && published.end - published.start + 1 !== count && count > 1) {
    return { error: `the ranges ${host} and ${targets} are of different length` };
  }
  const ports = Array.from({ length: count }, (_, index): ShortPort => {
    const first = published && String(published.start + index);
    const range = published && count === 1 && published.end !== published.start ? `${first ?? ''}-${published.end}` : first;
    return {
      ...(hostIp && { hostIp }),
      target: target.start + index,
      ...(range && { published: range }),
      protocol,
    };
  });
  return { ports: ports.sort((a, b) => (String(a.target) < String(b.target) ? -1 : 1)) };
}

function parseRange(text: string): { start: number; end: number } | undefined {
  const [first, last] = cut(text, '-');
  const start = parseNumber(first);
  const end = last === undefined || last === first ? start : parseNumber(last);
  return start === undefined || end === undefined || end < start ? undefined : { start, end };
}

function parseNumber(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 0 && port <= 65535 ? Math.abs(port) : undefined;
}

/** The address that is written before a port; one with colons must be in brackets. */
function hostAddress(text: string): string | undefined {
  const address = /^\[(.*)\]$/.exec(text)?.[1];
  if (address === undefined) return text === '' || isIPv4(text) ? text : undefined;
  return isIP(address) === 0 ? undefined : address;
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

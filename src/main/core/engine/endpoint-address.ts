import { Fault } from '../base/fault.ts';

/** Where an engine address leads. */
export type EndpointAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'ssh'; readonly host: string; readonly port?: number; readonly user?: string; readonly socket?: string };

const plainPort = 2375;
const tlsPort = 2376;

/**
 * Parses what DOCKER_HOST may hold: `unix:///path`, `npipe:////./pipe/name`, `tcp://host[:port]`, `http(s)://…`,
 * `ssh://[user@]host[:port][/socket]`, or `host:port`. Raises `usage.invalid`.
 */
export function parseEndpointAddress(address: string, { tls = false } = {}): EndpointAddress {
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(address)?.[1];
  if (local !== undefined) return { kind: 'socket', path: local };
  const url = toUrl(address.includes('://') ? address : `tcp://${address}`);
  if (url.hostname === '') throw malformed(address);
  const port = url.port === '' ? undefined : Number(url.port);
  switch (url.protocol) {
    case 'ssh:':
      return {
        kind: 'ssh',
        host: url.hostname,
        ...(port !== undefined && { port }),
        ...(url.username !== '' && { user: decodeURIComponent(url.username) }),
        ...(url.pathname.length > 1 && { socket: url.pathname }),
      };
    case 'tcp:':
    case 'http:':
    case 'https:':
      return { kind: 'tcp', host: url.hostname, port: port ?? (tls || url.protocol === 'https:' ? tlsPort : plainPort) };
    default:
      throw malformed(address);
  }
}

function toUrl(address: string): URL {
  if (!URL.canParse(address)) throw malformed(address);
  return new URL(address);
}

function malformed(address: string): Fault {
  return new Fault({
    code: 'usage.invalid',
    message: `"${address}" is not the address of an engine.`,
    hint: 'Write unix:///path/to/docker.sock, npipe:////./pipe/name, tcp://host:2376 or ssh://user@host.',
    data: { address },
  });
}

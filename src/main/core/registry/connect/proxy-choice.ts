import { Fault } from '../../base/fault.ts';
import { mayBePlain } from '../registry-host.ts';

/** The proxy for an address, or undefined for a direct connection. */
export type ProxyChoice = (url: URL) => string | undefined;

/** The setting that means "no proxy, whatever the environment says". */
export const directly = 'direct';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Which proxy leads to an address: the registry's own setting, else HTTPS_PROXY, HTTP_PROXY and NO_PROXY as Go programs
 * and so the engine read them (https://pkg.go.dev/golang.org/x/net/http/httpproxy). This machine is always direct.
 */
export function chooseProxy(environment: Environment, setting?: string): ProxyChoice {
  if (setting === directly) return () => undefined;
  if (setting !== undefined) return (url) => (mayBePlain(url.host) ? undefined : setting);
  const read = (name: string): string => environment[name.toUpperCase()] || environment[name] || '';
  const exceptions = read('no_proxy').split(',').map((entry) => entry.trim().toLowerCase()).filter(Boolean);
  return (url) => {
    if (mayBePlain(url.host) || exceptions.some((entry) => covers(entry, url))) return undefined;
    return read(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') || undefined;
  };
}

/** The address of a proxy as it is kept. Raises `usage.invalid` for what can't be one. */
export function proxyAddress(text: string): string {
  if (text === directly) return text;
  const address = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address;
  throw new Fault({
    code: 'usage.invalid',
    message: `“${text}” is not the address of a proxy.`,
    hint: 'Write it as http://host:port, or “direct” for no proxy.',
  });
}

/** One entry of NO_PROXY: `*`, a host with or without port, a domain (`.example.org`), an IPv4 network. */
function covers(entry: string, url: URL): boolean {
  if (entry === '*') return true;
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const actualPort = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (port !== undefined && port !== actualPort) return false;
  const host = url.hostname.toLowerCase();
  if (name.includes('/')) return inNetwork(host, name);
  const domain = name.replace(/^\*?\./, '');
  return (!name.startsWith('.') && !name.startsWith('*.') && host === domain) || host.endsWith(`.${domain}`);
}

function inNetwork(host: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const [address, start] = [ipv4(host), ipv4(base)];
  const size = Number(bits);
  if (address === undefined || start === undefined || !(size >= 0 && size <= 32)) return false;
  const block = 2 ** (32 - size);
  return Math.floor(address / block) === Math.floor(start / block);
}

function ipv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

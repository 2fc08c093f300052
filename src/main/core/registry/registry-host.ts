import { Fault } from '../base/fault.ts';

/** Where Docker Hub's API really is, and the name under which Docker keeps its login. */
const hubApiHost = 'registry-1.docker.io';
export const hubLoginKey = 'https://index.docker.io/v1/';
const hubNames = new Set(['docker.io', 'index.docker.io', hubApiHost, 'registry.hub.docker.com', 'hub.docker.com']);

const hostPattern = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?$/;

/** The host to talk to for a registry of that name. */
export function apiHost(registry: string): string {
  return isHub(registry) ? hubApiHost : registry;
}

export function isHub(registry: string): boolean {
  return hubNames.has(registry);
}

/** Registries on this machine may go without TLS, as Docker allows it for 127.0.0.0/8 and ::1. */
export function mayBePlain(registry: string): boolean {
  const name = registry.replace(/:\d+$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || /^127(?:\.\d+){3}$/.test(name) || name === '[::1]';
}

/** A host out of the forms that logins are kept under: `host`, `https://host/v1/`, `host/path`. */
export function loginHost(key: string): string {
  const host = key.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
  return isHub(host) ? 'docker.io' : host;
}

/** The registry that a person means by a host, an address or a Docker Hub alias. Raises `usage.invalid`. */
export function registryHostOf(text: string): string {
  const host = loginHost(text.trim());
  if (hostPattern.test(host)) return host.toLowerCase();
  throw new Fault({
    code: 'usage.invalid',
    message: `“${text}” is not the host of a registry.`,
    hint: 'Write it as host or host:port, for example registry.example:5000.',
  });
}

/** Where a mirror is: `host`, `https://host` or, where it has no TLS, `http://host`. Raises `usage.invalid`. */
export function mirrorAddress(text: string): { readonly host: string; readonly plainHttp: boolean } {
  return { host: registryHostOf(text), plainHttp: /^http:\/\//i.test(text.trim()) };
}

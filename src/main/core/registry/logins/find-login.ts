import path from 'node:path';
import type { Cancellable } from '../../base/abort.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { RegistryAuth } from '../../engine/images.ts';
import { hubLoginKey, loginHost } from '../registry-host.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { parseLoginFile, readLoginFile, type LoginFile, type StoredLogin } from './login-file.ts';

export interface LoginSources extends Cancellable {
  /** Stands for `process.env`; credential helpers are looked for on its PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The login for a registry, and what a person should know about where it came from. */
export interface FoundLogin {
  /** Absent: anonymously. */
  readonly auth?: RegistryAuth;
  /** What gave it: "/home/ada/.docker/config.json", "docker-credential-pass (/home/ada/.docker/config.json)". */
  readonly origin?: string;
  /** Helpers that could not be used, in full sentences without secrets. */
  readonly warnings: readonly string[];
}

/** Helpers give this instead of a user name when the secret is a token. */
export const tokenUser = '<token>';

interface Source {
  readonly name: string;
  readonly read: () => Promise<LoginFile | undefined>;
}

/**
 * The login that this machine has for an image's registry: DOCKER_AUTH_CONFIG, Docker's config.json (with its credential
 * helpers), Podman's auth.json; the first that has one wins. A helper that cannot be used is a warning and is passed
 * over. Raises `registry.invalid-config` for a damaged file.
 */
export async function findLogin(reference: string, sources: LoginSources): Promise<FoundLogin> {
  const { registry, repository } = parseImageReference(reference);
  const warnings: string[] = [];
  for (const { name, read } of loginFiles(sources)) {
    const file = await read();
    if (!file) continue;
    const helped = await fromHelper(file, registry, sources);
    if ('reason' in helped) warnings.push(`${helped.reason}; ${name} says to ask it for the login to ${registry}. Going on without it.`);
    else if (helped.auth) return { auth: helped.auth, origin: `${helped.helper} (${name})`, warnings };
    const auth = fromAuths(file, registry, repository);
    if (auth) return { auth, origin: name, warnings };
  }
  return { warnings };
}

function loginFiles({ environment, home }: LoginSources): Source[] {
  const inEnvironment = environment['DOCKER_AUTH_CONFIG'];
  const runtime = environment['XDG_RUNTIME_DIR'];
  const files = [
    path.join(environment['DOCKER_CONFIG'] || path.join(home, '.docker'), 'config.json'),
    environment['REGISTRY_AUTH_FILE'],
    runtime && path.join(runtime, 'containers', 'auth.json'),
    path.join(environment['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'containers', 'auth.json'),
  ];
  const variable = 'DOCKER_AUTH_CONFIG';
  return [
    ...(inEnvironment ? [{ name: variable, read: () => Promise.resolve(parseLoginFile(inEnvironment, variable)) }] : []),
    ...files.flatMap((file) => (file ? [{ name: file, read: () => readLoginFile(file) }] : [])),
  ];
}

type FromHelper = { readonly helper: string; readonly auth?: RegistryAuth } | { readonly reason: string };

async function fromHelper(file: LoginFile, registry: string, sources: LoginSources): Promise<FromHelper> {
  const helpers = Object.entries(file.credHelpers ?? {});
  const name = helpers.find(([host]) => loginHost(host) === registry)?.[1] ?? file.credsStore;
  const helper = `docker-credential-${name ?? ''}`;
  if (!name) return { helper };
  const serverAddress = serverOf(registry);
  const outcome = await askCredentialHelper(name, serverAddress, sources);
  switch (outcome.kind) {
    case 'found':
      return { helper, auth: authOf(serverAddress, outcome.username, outcome.secret) };
    case 'none':
      return { helper };
    case 'unusable':
      return { reason: outcome.reason };
  }
}

/** What a user name and a secret mean as Docker keeps them: `<token>` stands for an identity token. */
export function authOf(serverAddress: string, username: string, secret: string): RegistryAuth {
  return username === tokenUser ? { serverAddress, identityToken: secret } : { serverAddress, username, password: secret };
}

/** Podman also keeps logins for a part of a registry: the longest key that the image lies under wins. */
function fromAuths({ auths = {} }: LoginFile, registry: string, repository: string): RegistryAuth | undefined {
  const image = `${registry}/${repository}`;
  const fitting = Object.entries(auths)
    .map(([key, login]) => ({ place: placeOf(key), login }))
    .filter(({ place }) => image === place || image.startsWith(`${place}/`))
    .sort((one, other) => other.place.length - one.place.length);
  for (const { login } of fitting) {
    const auth = fromStored(login, serverOf(registry));
    if (auth) return auth;
  }
  return undefined;
}

function fromStored(login: StoredLogin, serverAddress: string): RegistryAuth | undefined {
  if (login.registrytoken) return { serverAddress, registryToken: login.registrytoken };
  if (login.identitytoken) return { serverAddress, identityToken: login.identitytoken };
  const decoded = login.auth ? Buffer.from(login.auth, 'base64').toString('utf8').replace(/\0+$/, '') : '';
  const colon = decoded.indexOf(':');
  const username = colon > 0 ? decoded.slice(0, colon) : login.username;
  const password = colon > 0 ? decoded.slice(colon + 1) : login.password;
  return username && password !== undefined ? { serverAddress, username, password } : undefined;
}

/** Keys like `https://host/v1/` name a host, keys like `host/team` a part of it. */
function placeOf(key: string): string {
  const bare = key.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '');
  const host = loginHost(bare);
  const rest = bare.includes('/') ? bare.slice(bare.indexOf('/')) : '';
  return host + rest;
}

/** The name under which Docker keeps the login to a registry. */
export function serverOf(registry: string): string {
  return registry === 'docker.io' ? hubLoginKey : registry;
}

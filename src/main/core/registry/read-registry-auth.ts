import path from 'node:path';
import type { Cancellable } from '../base/abort.ts';
import { parseImageReference } from '../base/image-reference.ts';
import type { Logger } from '../base/logger.ts';
import type { RegistryAuth } from '../engine/images.ts';
import { askCredentialHelper } from './credential-helper.ts';
import { parseLoginFile, readLoginFile, type LoginFile, type StoredLogin } from './login-file.ts';
import { hubLoginKey, loginHost } from './registry-host.ts';

export interface LoginSources extends Cancellable {
  /** Stands for `process.env`; credential helpers are looked for on its PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly logger: Logger;
}

/** Helpers give this instead of a user name when the secret is a token. */
const tokenUser = '<token>';

/**
 * The login that this machine has for an image's registry: DOCKER_AUTH_CONFIG, Docker's config.json (with its credential
 * helpers), Podman's auth.json. Undefined: pull anonymously. A helper that cannot be used is logged as a warning and
 * passed over. Raises `registry.invalid-config` for a damaged file.
 */
export async function readRegistryAuth(reference: string, sources: LoginSources): Promise<RegistryAuth | undefined> {
  const { registry, repository } = parseImageReference(reference);
  for (const load of loginFiles(sources)) {
    const file = await load();
    const auth = file && ((await fromHelper(file, registry, sources)) ?? fromAuths(file, registry, repository));
    if (auth) return auth;
  }
  return undefined;
}

function loginFiles({ environment, home }: LoginSources): (() => Promise<LoginFile | undefined>)[] {
  const inEnvironment = environment['DOCKER_AUTH_CONFIG'];
  const runtime = environment['XDG_RUNTIME_DIR'];
  const files = [
    path.join(environment['DOCKER_CONFIG'] || path.join(home, '.docker'), 'config.json'),
    environment['REGISTRY_AUTH_FILE'],
    runtime && path.join(runtime, 'containers', 'auth.json'),
    path.join(environment['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'containers', 'auth.json'),
  ];
  return [
    ...(inEnvironment ? [() => Promise.resolve(parseLoginFile(inEnvironment, 'DOCKER_AUTH_CONFIG'))] : []),
    ...files.flatMap((file) => (file ? [() => readLoginFile(file)] : [])),
  ];
}

async function fromHelper(file: LoginFile, registry: string, sources: LoginSources): Promise<RegistryAuth | undefined> {
  const helpers = Object.entries(file.credHelpers ?? {});
  const name = helpers.find(([host]) => loginHost(host) === registry)?.[1] ?? file.credsStore;
  if (!name) return undefined;
  const serverAddress = serverOf(registry);
  const outcome = await askCredentialHelper(name, serverAddress, sources);
  switch (outcome.kind) {
    case 'found':
      return outcome.username === tokenUser
        ? { serverAddress, identityToken: outcome.secret }
        : { serverAddress, username: outcome.username, password: outcome.secret };
    case 'none':
      return undefined;
    case 'unusable':
      sources.logger.warn('credential helper passed over', { registry, reason: outcome.reason });
      return undefined;
  }
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

function serverOf(registry: string): string {
  return registry === 'docker.io' ? hubLoginKey : registry;
}

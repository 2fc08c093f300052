import type { RegistryRecord } from '../../../shared/models/registry.ts';
import type { Cancellable } from '../base/abort.ts';
import { parseImageReference } from '../base/image-reference.ts';
import type { RegistryAuth } from '../engine/images.ts';
import { RegistryClient } from './client/registry-client.ts';
import { chooseProxy } from './connect/proxy-choice.ts';
import type { RegistryConnection } from './connect/registry-http.ts';
import type { FoundLogin } from './logins/find-login.ts';
import type { OwnLogins } from './logins/own-logins.ts';
import { mirrorAddress } from './registry-host.ts';

/** The logins that the machine has besides Slipway's own. */
export type FindLogin = (reference: string, options: Cancellable) => Promise<FoundLogin>;

/** The login for an image's registry, of whatever origin; undefined: anonymously. */
export type FindCredentials = (reference: string, options: Cancellable) => Promise<RegistryAuth | undefined>;

export interface RegistryClientsParts {
  /** What the person said about a registry, as it is now. */
  readonly settings: (host: string) => RegistryRecord | undefined;
  readonly ownLogins: OwnLogins;
  readonly findLogin: FindLogin;
  /** Stands for `process.env`: proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface KnownLogin extends FoundLogin {
  readonly username?: string;
  readonly own: boolean;
}

export const ownOrigin = "Slipway's own login";

/** Opens clients to registries with all that is known about them: login, certificates, proxy, mirrors. */
export class RegistryClients {
  readonly #parts: RegistryClientsParts;

  constructor(parts: RegistryClientsParts) {
    this.#parts = parts;
  }

  /** What the person said about a registry. */
  settings(host: string): RegistryRecord | undefined {
    return this.#parts.settings(host);
  }

  /** How to connect to a registry. */
  connection(host: string): RegistryConnection {
    const { ca, plainHttp, proxy } = this.#parts.settings(host) ?? {};
    return { registry: host, ca, plainHttp, proxy: chooseProxy(this.#parts.environment, proxy) };
  }

  /**
   * The login for an image: the one given to Slipway itself, else what the machine has. Raises
   * `registry.invalid-config` for a damaged file.
   */
  async login(reference: string, options: Cancellable = {}): Promise<KnownLogin> {
    const own = await this.#parts.ownLogins.get(parseImageReference(reference).registry);
    if (own) return { ...own, origin: ownOrigin, own: true, warnings: [] };
    const found = await this.#parts.findLogin(reference, options);
    const { username } = found.auth ?? {};
    return { ...found, own: false, ...(username !== undefined && { username }) };
  }

  /** The login for anything of a registry. */
  loginTo(host: string, options: Cancellable = {}): Promise<KnownLogin> {
    return this.login(`${host}/any`, options);
  }

  /** A client for a registry itself; the caller closes it. */
  async open(host: string, options: Cancellable = {}): Promise<RegistryClient> {
    return this.client(host, (await this.loginTo(host, options)).auth);
  }

  /** The same with a login at hand. */
  client(host: string, auth: RegistryAuth | undefined): RegistryClient {
    return new RegistryClient(this.connection(host), { auth });
  }

  /** Clients to read an image from: its registry's mirrors in order, then the registry. The caller closes them. */
  async sources(reference: string, options: Cancellable = {}): Promise<RegistryClient[]> {
    const { registry } = parseImageReference(reference);
    const mirrors = this.#parts.settings(registry)?.mirrors ?? [];
    const copies = mirrors.map(async (text) => {
      const { host, plainHttp } = mirrorAddress(text);
      const { auth } = await this.loginTo(host, options);
      const connection = this.connection(host);
      return new RegistryClient({ ...connection, plainHttp: plainHttp || connection.plainHttp }, { auth });
    });
    const { auth } = await this.login(reference, options);
    return [...(await Promise.all(copies)), this.client(registry, auth)];
  }
}

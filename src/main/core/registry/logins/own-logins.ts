import { z } from 'zod';
import type { RegistryAuth } from '../../engine/images.ts';
import { authOf, serverOf, tokenUser } from './find-login.ts';

/** Where secrets are kept: an entry a registry's host. */
export interface LoginSecrets {
  read(): Promise<Readonly<Record<string, string>>>;
  /** Replaces all. */
  write(secrets: Readonly<Record<string, string>>): Promise<void>;
}

const kept = z.object({
  /** `<token>` where the secret is an identity token, as Docker's helpers have it. */
  username: z.string(),
  secret: z.string(),
  /** Whose it is, where the secret is a token. */
  person: z.string().optional(),
});

export interface OwnLogin {
  readonly auth: RegistryAuth;
  readonly username?: string;
}

/** The logins that the person gave to Slipway itself. */
export class OwnLogins {
  readonly #secrets: LoginSecrets;

  constructor(secrets: LoginSecrets) {
    this.#secrets = secrets;
  }

  async get(host: string): Promise<OwnLogin | undefined> {
    const text = (await this.#secrets.read())[host];
    if (text === undefined) return undefined;
    const { username, secret, person } = kept.parse(JSON.parse(text));
    const name = username === tokenUser ? person : username;
    return { auth: authOf(serverOf(host), username, secret), ...(name !== undefined && { username: name }) };
  }

  async set(host: string, { username = '', password = '', identityToken }: RegistryAuth, person: string): Promise<void> {
    const token = { username: tokenUser, secret: identityToken, ...(person === tokenUser ? {} : { person }) };
    const login = identityToken === undefined ? { username, secret: password } : token;
    await this.#secrets.write({ ...(await this.#secrets.read()), [host]: JSON.stringify(login) });
  }

  /** False: there was none. */
  async remove(host: string): Promise<boolean> {
    const { [host]: removed, ...rest } = await this.#secrets.read();
    if (removed === undefined) return false;
    await this.#secrets.write(rest);
    return true;
  }
}

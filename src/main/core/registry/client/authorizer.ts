import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { RegistryAuth } from '../../engine/images.ts';
import type { RegistryCall, RegistryHttp } from '../connect/registry-http.ts';
import { parseChallenge } from './parse-challenge.ts';
import { basicHeader, fetchToken } from './token-service.ts';

/** A token is not used in its last seconds, for it could end on the way. */
const safetySeconds = 5;

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

/**
 * Gets through a registry's door: basic or bearer (https://distribution.github.io/distribution/spec/auth/token/), with
 * the login given, or anonymously. Tokens are kept until they end; a refused one is fetched anew once.
 */
export class Authorizer {
  readonly #http: RegistryHttp;
  readonly #auth: RegistryAuth | undefined;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Token>();
  #basic = false;

  constructor(http: RegistryHttp, auth: RegistryAuth | undefined, clock: Clock) {
    this.#http = http;
    this.#auth = auth;
    this.#clock = clock;
  }

  /** The answer to a call for `scope`, after whatever proof the registry wants; still 401 when it wants another login. */
  async call(path: string, scope: string, { signal, ...call }: RegistryCall): Promise<IncomingMessage> {
    const send = (): Promise<IncomingMessage> =>
      this.#http.call(path, { ...call, headers: { ...call.headers, ...this.#known(scope) }, signal });
    const first = await send();
    if (first.statusCode !== 401) return first;
    const challenge = parseChallenge(first.headers['www-authenticate']);
    if (challenge?.scheme === 'bearer') {
      first.resume();
      const { value, lifetime } = await fetchToken(this.#http, challenge, { auth: this.#auth, scope: challenge.scope ?? (scope || undefined), signal });
      this.#tokens.set(scope, { value, expiresAt: this.#clock.now().getTime() + (lifetime - safetySeconds) * 1000 });
      return send();
    }
    if (challenge?.scheme !== 'basic' || this.#basic || this.#auth?.username === undefined) return first;
    first.resume();
    this.#basic = true;
    return send();
  }

  #known(scope: string): Readonly<Record<string, string>> {
    if (this.#auth?.registryToken !== undefined) return { authorization: `Bearer ${this.#auth.registryToken}` };
    if (this.#basic) return basicHeader(this.#auth);
    const token = this.#tokens.get(scope);
    return token && token.expiresAt > this.#clock.now().getTime() ? { authorization: `Bearer ${token.value}` } : {};
  }
}

import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Cancellable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { RegistryAuth } from '../../engine/images.ts';
import { parseChallenge, type Challenge } from '../parse-challenge.ts';
import type { RegistryHttp } from '../registry-http.ts';
import { answerFault } from './answer-fault.ts';

/** What the token specification says where the service gives no lifetime, in seconds. */
const defaultLifetime = 60;
/** A token is not used in its last seconds, for it could end on the way. */
const safetySeconds = 5;

const tokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

type Bearer = Extract<Challenge, { scheme: 'bearer' }>;

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
  async call(path: string, scope: string, { signal, ...call }: Cancellable & { readonly method?: 'GET' | 'HEAD'; readonly headers?: Readonly<Record<string, string>> }): Promise<IncomingMessage> {
    const send = (proof: Readonly<Record<string, string>>): Promise<IncomingMessage> =>
      this.#http.call(path, { ...call, headers: { ...call.headers, ...proof }, signal });
    const first = await send(this.#known(scope));
    if (first.statusCode !== 401) return first;
    const challenge = parseChallenge(first.headers['www-authenticate']);
    if (challenge?.scheme === 'bearer') {
      first.resume();
      this.#tokens.set(scope, await this.#fetchToken(challenge, scope, signal));
      return send(this.#known(scope));
    }
    if (challenge?.scheme !== 'basic' || this.#basic || this.#auth?.username === undefined) return first;
    first.resume();
    this.#basic = true;
    return send(this.#known(scope));
  }

  #known(scope: string): Readonly<Record<string, string>> {
    if (this.#auth?.registryToken !== undefined) return { authorization: `Bearer ${this.#auth.registryToken}` };
    if (this.#basic) return this.#basicHeader();
    const token = this.#tokens.get(scope);
    return token && token.expiresAt > this.#clock.now().getTime() ? { authorization: `Bearer ${token.value}` } : {};
  }

  #basicHeader(): Readonly<Record<string, string>> {
    const { username, password = '' } = this.#auth ?? {};
    if (username === undefined) return {};
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }

  async #fetchToken({ realm, service, scope: wanted }: Bearer, scope: string, signal: AbortSignal | undefined): Promise<Token> {
    this.#checkRealm(realm);
    const asked = { ...(service !== undefined && { service }), scope: wanted ?? scope };
    const answer = await (this.#auth?.identityToken === undefined
      ? this.#http.send(`${realm}?${new URLSearchParams(asked).toString()}`, { headers: this.#basicHeader(), signal })
      : this.#http.send(realm, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ ...asked, grant_type: 'refresh_token', client_id: 'slipway', refresh_token: this.#auth.identityToken }).toString(),
          signal,
        }));
    if (answer.statusCode !== 200) throw await answerFault(answer, { registry: this.#http.registry, subject: 'its token service' });
    const parsed = tokenAnswer.safeParse(parseJson(await text(answer)));
    const value = parsed.data?.token ?? parsed.data?.access_token;
    if (value === undefined) throw this.#noToken();
    const lifetime = parsed.data?.expires_in ?? defaultLifetime;
    return { value, expiresAt: this.#clock.now().getTime() + (lifetime - safetySeconds) * 1000 };
  }

  /** The login goes to whatever address the registry names: never in clear over a network. */
  #checkRealm(realm: string): void {
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    if (url?.protocol === 'https:' || (url?.protocol === 'http:' && this.#http.plainAllowed)) return;
    throw new Fault({
      code: 'registry.tls',
      message: `${this.#http.registry} wants the login to be sent to ${realm}, which is not protected.`,
      hint: 'Tell those who run the registry: its token service needs HTTPS.',
      data: { registry: this.#http.registry, realm },
    });
  }

  #noToken(): Fault {
    return new Fault({
      code: 'registry.unreachable',
      message: `The token service of ${this.#http.registry} gave an answer that Slipway does not understand.`,
      hint: 'A proxy may be in between; try again later.',
      data: { registry: this.#http.registry },
    });
  }
}

function parseJson(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}

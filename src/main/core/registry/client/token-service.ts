import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { withTimeout, type Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { RegistryAuth } from '../../engine/images.ts';
import type { RegistryHttp } from '../connect/registry-http.ts';
import { answerFault } from './answer-fault.ts';
import type { Challenge } from './parse-challenge.ts';

/** What the token specification says where the service gives no lifetime, in seconds. */
const defaultLifetime = 60;
/** An expired login must refresh or fail within this, in milliseconds. */
const patienceMs = 10_000;
const clientId = 'slipway';

const tokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
  refresh_token: z.string().optional(),
});

export interface FetchedToken {
  readonly value: string;
  /** In seconds. */
  readonly lifetime: number;
  /** An identity token to keep instead of the password, where one was asked for and the service gives it. */
  readonly identityToken?: string;
}

export interface TokenRequest extends Cancellable {
  readonly auth: RegistryAuth | undefined;
  /** Absent: only to see whether the login is good. */
  readonly scope?: string | undefined;
  /** Ask for an identity token too. */
  readonly offline?: boolean;
}

type Bearer = Extract<Challenge, { scheme: 'bearer' }>;

/**
 * Fetches a token from the service that a registry names: with the identity token by its refresh grant, else with user
 * and password, else anonymously (https://distribution.github.io/distribution/spec/auth/token/ and /oauth/). Raises
 * `registry.unauthorized`, `registry.tls` for an unprotected service, `registry.unreachable`.
 */
export async function fetchToken(http: RegistryHttp, { realm, service }: Bearer, { auth, scope, offline = false, signal }: TokenRequest): Promise<FetchedToken> {
  checkRealm(http, realm);
  const timed = withTimeout(signal, patienceMs);
  const asked = { ...(service !== undefined && { service }), ...(scope !== undefined && { scope }), ...(offline && { offline_token: 'true', client_id: clientId }) };
  try {
    const answer = await (auth?.identityToken === undefined
      ? http.send(withQuery(realm, asked), { headers: basicHeader(auth), signal: timed })
      : http.send(realm, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ ...asked, grant_type: 'refresh_token', client_id: clientId, refresh_token: auth.identityToken }).toString(),
          signal: timed,
        }));
    if (answer.statusCode !== 200) throw await answerFault(answer, { registry: http.registry, subject: 'its token service' });
    return readToken(http.registry, await text(answer));
  } catch (error) {
    if (timed.aborted && !signal?.aborted) throw slow(http.registry, error);
    throw error;
  }
}

/** The header for user and password; empty without them. */
export function basicHeader(auth: RegistryAuth | undefined): Readonly<Record<string, string>> {
  const { username, password = '' } = auth ?? {};
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function withQuery(realm: string, asked: Readonly<Record<string, string>>): string {
  const url = new URL(realm);
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}

function readToken(registry: string, said: string): FetchedToken {
  const parsed = tokenAnswer.safeParse(parseJson(said));
  const value = parsed.data?.token ?? parsed.data?.access_token;
  if (value === undefined) {
    throw new Fault({
      code: 'registry.unreachable',
      message: `The token service of ${registry} gave an answer that Slipway does not understand.`,
      hint: 'A proxy may be in between; try again later.',
      data: { registry },
    });
  }
  const identityToken = parsed.data?.refresh_token;
  return { value, lifetime: parsed.data?.expires_in ?? defaultLifetime, ...(identityToken !== undefined && { identityToken }) };
}

/** The login goes to whatever address the registry names: never in clear over a network. */
function checkRealm({ plainAllowed, registry }: RegistryHttp, realm: string): void {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && plainAllowed)) return;
  throw new Fault({
    code: 'registry.tls',
    message: `${registry} wants the login to be sent to ${realm}, which is not protected.`,
    hint: 'Tell those who run the registry: its token service needs HTTPS.',
    data: { registry, realm },
  });
}

function slow(registry: string, cause: unknown): Fault {
  return new Fault(
    {
      code: 'registry.unreachable',
      message: `The token service of ${registry} did not answer within ${String(patienceMs / 1000)} s.`,
      hint: 'Check your network, VPN or proxy, and try again.',
      data: { registry },
    },
    { cause },
  );
}

function parseJson(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}

import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { RegistryAuth } from '../../engine/images.ts';
import { answerFault } from '../client/answer-fault.ts';
import { parseChallenge } from '../client/parse-challenge.ts';
import { basicHeader, fetchToken } from '../client/token-service.ts';
import { RegistryHttp, type RegistryConnection } from '../connect/registry-http.ts';

/** What a registry said to a login. */
export interface CheckedLogin {
  /** False: the registry lets everybody in and so could not tell whether the login is good. */
  readonly asked: boolean;
  /** The login to keep: an identity token instead of the password where the registry gives one. */
  readonly auth: RegistryAuth;
}

/**
 * Shows a login to its registry, before it is kept. Raises `registry.unauthorized` when the registry doesn't take it,
 * `registry.unreachable`, `registry.tls`.
 */
export async function checkLogin(auth: RegistryAuth, { signal, ...connection }: Cancellable & RegistryConnection): Promise<CheckedLogin> {
  const http = new RegistryHttp(connection);
  try {
    const open = await http.call('/v2/', { signal });
    if (open.statusCode === 200) {
      open.resume();
      return { asked: false, auth };
    }
    const challenge = parseChallenge(open.headers['www-authenticate']);
    if (open.statusCode !== 401 || !challenge) throw await answerFault(open, { registry: connection.registry, subject: 'a login' });
    open.resume();
    if (challenge.scheme === 'basic') {
      await expectOpen(http, basicHeader(auth), { signal });
      return { asked: true, auth };
    }
    const token = await fetchToken(http, challenge, { auth, offline: auth.identityToken === undefined, signal });
    await expectOpen(http, { authorization: `Bearer ${token.value}` }, { signal });
    const { identityToken } = token;
    return { asked: true, auth: identityToken === undefined ? auth : { serverAddress: auth.serverAddress, identityToken } };
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'registry.unauthorized') throw refused(connection.registry, error);
    throw error;
  } finally {
    http.close();
  }
}

async function expectOpen(http: RegistryHttp, headers: Readonly<Record<string, string>>, { signal }: Cancellable): Promise<void> {
  const answer = await http.call('/v2/', { headers, signal });
  if (answer.statusCode !== 200) throw await answerFault(answer, { registry: http.registry, subject: 'anything with this login' });
  answer.resume();
}

function refused(registry: string, cause: Fault): Fault {
  return new Fault(
    {
      ...cause.problem,
      message: `${registry} does not accept this login.`,
      hint: 'Check user and password. Many registries want an access token instead of the password.',
    },
    { cause },
  );
}

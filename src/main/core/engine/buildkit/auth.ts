import { status } from '@grpc/grpc-js';
import { isAbort } from '../../base/fault.ts';
import type { BuildSession } from '../buildkit.ts';
import { credentials, credentialsRequest } from './messages.ts';
import { type SessionMethod, unary } from './methods.ts';

/** Docker Hub's registry answers under this name; logins are kept under the other. */
const hub = /^(?:registry-1|index|auth)\.docker\.io$/;

/**
 * Logins of base images and caches. The engine fetches tokens itself with what this gives: the methods that would do it
 * here are not offered. Without a login it tries as anybody.
 */
export function authMethods({ login }: BuildSession, signal: AbortSignal): SessionMethod[] {
  return [
    unary('/moby.filesync.v1.Auth/Credentials', [credentialsRequest, credentials], ({ request: { Host: host } }, answer) => {
      login(hub.test(host) ? 'docker.io' : host, { signal }).then(
        (auth) => {
          const { identityToken, username = '', password = '' } = auth ?? {};
          answer(null, identityToken ? { Username: '', Secret: identityToken } : { Username: username, Secret: password });
        },
        (error: unknown) => {
          const cancelled = isAbort(error);
          answer({ code: cancelled ? status.CANCELLED : status.UNAUTHENTICATED, details: error instanceof Error ? error.message : String(error) });
        },
      );
    }),
  ];
}

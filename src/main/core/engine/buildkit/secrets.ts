import { status } from '@grpc/grpc-js';
import type { BuildSession } from '../buildkit.ts';
import { secret, secretRequest } from './messages.ts';
import { type SessionMethod, unary } from './methods.ts';

/** `RUN --mount=type=secret`: one that isn't offered doesn't exist, which is the Dockerfile's affair. */
export function secretMethods({ secrets }: BuildSession): SessionMethod[] {
  return [
    unary('/moby.buildkit.secrets.v1.Secrets/GetSecret', [secretRequest, secret], ({ request: { ID: id } }, answer) => {
      const data = secrets.get(id);
      if (data) answer(null, { data });
      else answer({ code: status.NOT_FOUND, details: `secret ${id} not found` });
    }),
  ];
}

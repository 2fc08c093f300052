import type { Problem } from '../../../shared/problem.ts';
import type { Cancellable } from '../base/abort.ts';
import { systemClock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { RegistryAuth } from '../engine/images.ts';
import { answerFault } from './client/answer-fault.ts';
import { Authorizer } from './client/authorizer.ts';
import { RegistryHttp, type RegistryConnection } from './connect/registry-http.ts';

/** How a registry is, for the login that there is. */
export interface Health {
  readonly state: 'ok' | 'login-needed' | 'refused' | 'unreachable';
  /** From asking to the answer, in milliseconds. */
  readonly latencyMs: number;
  readonly problem?: Problem;
}

/** Asks a registry whether it lets this login in (`GET /v2/`). Never raises for a bad registry: the problem is the answer. */
export async function checkHealth(
  connection: RegistryConnection,
  { auth, signal }: Cancellable & { readonly auth?: RegistryAuth | undefined },
): Promise<Health> {
  const http = new RegistryHttp(connection);
  const start = performance.now();
  const found = (health: Omit<Health, 'latencyMs'>): Health => ({ ...health, latencyMs: Math.round(performance.now() - start) });
  try {
    const answer = await new Authorizer(http, auth, systemClock).call('/v2/', '', { signal });
    if (answer.statusCode !== 200) throw await answerFault(answer, { registry: connection.registry, subject: 'anything' });
    answer.resume();
    return found({ state: 'ok' });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { problem } = error;
    if (problem.code !== 'registry.unauthorized') return found({ state: 'unreachable', problem });
    return found(auth ? { state: 'refused', problem } : { state: 'login-needed' });
  } finally {
    http.close();
  }
}

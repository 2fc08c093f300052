import type { Problem } from '../../../shared/problem.ts';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { RegistryHttp, type RegistryConnection } from './connect/registry-http.ts';

export interface RegistryHealth {
  readonly reachable: boolean;
  /** It answers only to those who log in (or fetch a token, as Docker Hub demands of everybody). */
  readonly authRequired: boolean;
  readonly problem?: Problem;
}

/**
 * Asks a registry whether it is one (`GET /v2/`, Distribution spec, end-1). Never raises for a bad registry: the
 * problem is the answer. Over plain HTTP only for this machine itself, or where `plainHttp` allows it.
 */
export async function pingRegistry(
  registry: string,
  { signal, ...more }: Cancellable & Omit<RegistryConnection, 'registry'> = {},
): Promise<RegistryHealth> {
  const http = new RegistryHttp({ registry, ...more });
  try {
    const answer = await http.call('/v2/', signal ? { signal } : {});
    answer.resume();
    const status = answer.statusCode ?? 0;
    if (status === 401) return { reachable: true, authRequired: true };
    if (status === 200) return { reachable: true, authRequired: false };
    return { reachable: true, authRequired: false, problem: unexpectedAnswer(registry, status) };
  } catch (error) {
    if (error instanceof Fault) return { reachable: false, authRequired: false, problem: error.problem };
    if (error instanceof Error && error.name === 'TimeoutError') {
      return { reachable: false, authRequired: false, problem: silent(registry) };
    }
    throw error;
  } finally {
    http.close();
  }
}

function unexpectedAnswer(registry: string, status: number): Problem {
  return {
    code: 'registry.unreachable',
    message: `${registry} answers, but not as an image registry does (HTTP status ${String(status)}).`,
    hint: status >= 500 ? 'The registry has trouble; try again later.' : 'Check the host and port; a proxy may be in between.',
    data: { registry, status },
  };
}

function silent(registry: string): Problem {
  return {
    code: 'registry.unreachable',
    message: `The registry ${registry} did not answer in time.`,
    hint: 'Check your network, VPN or proxy, and that the registry is up.',
    data: { registry },
  };
}

import { withTimeout, type Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { Fault, toProblem } from '../../base/fault.ts';
import type { Problem } from '../../../../shared/problem.ts';
import type { Engine, EngineEndpoint } from '../engine.ts';
import type { ConnectedEngine } from '../engine-connection.ts';
import type { EngineCandidate } from './candidate.ts';

/** Makes an Engine of an address; in the app this is `connectDockerode`. */
export type OpenEngine = (endpoint: EngineEndpoint, options: Cancellable) => Promise<Engine>;

/** How long one candidate may take, in milliseconds: a socket answers at once, ssh has to log in first. */
const patience = { local: 5_000, tcp: 10_000, ssh: 25_000 };

interface Attempt {
  readonly candidate: EngineCandidate;
  readonly problem: Problem;
}

/**
 * Connects to the first candidate that answers. Raises the failure of a required one as it is; otherwise
 * `engine.unreachable` (or `engine.permission-denied`, where that is all that is missing) telling each attempt.
 */
export async function connectFirst(
  candidates: readonly EngineCandidate[],
  { open, signal }: Cancellable & { readonly open: OpenEngine },
): Promise<ConnectedEngine> {
  const attempts: Attempt[] = [];
  for (const candidate of candidates) {
    try {
      return await tryOne(candidate, open, signal);
    } catch (error) {
      if (signal?.aborted) throw abortReason(signal);
      if (candidate.required) throw error;
      attempts.push({ candidate, problem: toProblem(error) });
    }
  }
  throw noneAnswered(attempts);
}

async function tryOne(candidate: EngineCandidate, open: OpenEngine, signal: AbortSignal | undefined): Promise<ConnectedEngine> {
  const endpoint = await candidate.endpoint({ signal });
  const kind = endpoint.address.startsWith('ssh:') ? 'ssh' : /^(?:tcp|https?):/.test(endpoint.address) ? 'tcp' : 'local';
  const timed = withTimeout(signal, patience[kind]);
  try {
    return { engine: await open(endpoint, { signal: timed }), private: candidate.private };
  } catch (error) {
    if (!timed.aborted || signal?.aborted) throw error;
    throw new Fault(
      {
        code: 'engine.unreachable',
        message: `The engine at ${endpoint.address} (${endpoint.origin}) did not answer within ${String(patience[kind] / 1000)} s.`,
        hint: 'It may hang or still be starting. Restart it, or choose another engine.',
      },
      { cause: error },
    );
  }
}

/** A forbidden socket is an engine that runs; that is more worth telling than all those that don't. */
function noneAnswered(attempts: readonly Attempt[]): Fault {
  const forbidden = attempts.find(({ problem }) => problem.code === 'engine.permission-denied');
  const started = attempts.find(({ candidate }) => candidate.private);
  const detail = attempts.map(({ candidate, problem }) => `${candidate.origin}: ${problem.message}`).join('\n');
  const told = forbidden ?? started;
  return new Fault({
    code: told?.problem.code ?? 'engine.unreachable',
    message: told?.problem.message ?? 'No container engine answers on this machine.',
    hint: told?.problem.hint ?? 'Start Docker or Podman, or install one; or name the engine in the settings, with --engine or DOCKER_HOST.',
    detail: [detail, started?.problem.detail].filter(Boolean).join('\n\n'),
    data: { tried: attempts.map(({ candidate, problem }) => ({ origin: candidate.origin, code: problem.code, message: problem.message })) },
  });
}

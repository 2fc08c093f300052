import type { Problem } from '../../../../shared/problem.ts';
import { Fault } from '../../base/fault.ts';
import type { EngineEndpoint } from '../engine.ts';
import type { Attempt } from './attempt.ts';

const lostCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);
const deniedCodes = new Set(['EACCES', 'EPERM']);
const certificateText = /certificate|self[- ]signed|altnames|CERT_|unable to verify|wrong version number|tlsv1/i;

/** Tells why a daemon could not be talked to: `engine.unreachable`, `engine.permission-denied` or `engine.lost`. */
export function connectionFault(error: unknown, endpoint: EngineEndpoint, attempt: Attempt): Fault {
  if (error instanceof Fault) return error;
  const cause = rootCause(error);
  const detail = cause.code === undefined || cause.text.includes(cause.code) ? cause.text : `${cause.code}: ${cause.text}`;
  const data = { endpoint: endpoint.address, origin: endpoint.origin };
  return new Fault({ ...explain(cause, endpoint, attempt), detail, data }, { cause: error });
}

function explain({ code, text }: Cause, endpoint: EngineEndpoint, attempt: Attempt): Pick<Problem, 'code' | 'message' | 'hint'> {
  const where = `${endpoint.address} (${endpoint.origin})`;
  if (code !== undefined && deniedCodes.has(code)) {
    return {
      code: 'engine.permission-denied',
      message: `You may not use the engine at ${where}.`,
      hint: 'On Linux, join the group that owns the socket (sudo usermod -aG docker $USER), then log out and in again.',
    };
  }
  if (attempt.midway === true || (code !== undefined && lostCodes.has(code)) || text === 'socket hang up' || text === 'aborted') {
    return {
      code: 'engine.lost',
      message: `The connection to the engine broke while trying to ${attempt.doing}.`,
      hint: 'The engine may have stopped or restarted. Check that it runs, then try again.',
    };
  }
  if (certificateText.test(text)) {
    return {
      code: 'engine.unreachable',
      message: `The engine at ${where} and Slipway do not trust each other's certificates.`,
      hint: 'Check the CA, certificate and key of this engine (DOCKER_CERT_PATH or the Docker context).',
    };
  }
  return { code: 'engine.unreachable', message: `No engine answers at ${where}.`, hint: unreachableHint(code, endpoint) };
}

function unreachableHint(code: string | undefined, endpoint: EngineEndpoint): string {
  if (endpoint.address.startsWith('ssh:')) {
    return 'Check that "ssh HOST docker version" works in a terminal without asking for a password.';
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Check the host name in the engine address.';
  if (code === 'ENOENT') return 'Start Docker (or Podman), or choose another engine in the settings.';
  if (endpoint.address.startsWith('tcp:')) return 'Check the address, and that the daemon listens there and no firewall is between.';
  return 'Start Docker (or Podman): the socket exists, but nothing listens on it.';
}

interface Cause {
  readonly code?: string;
  readonly text: string;
}

/** Node wraps several connection tries (IPv4, IPv6) into one AggregateError without a message of its own. */
function rootCause(error: unknown): Cause {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  if (!(error instanceof Error)) return { text: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { ...(code !== undefined && { code }), text: error.message };
}

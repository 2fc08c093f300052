import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { withTimeout, type Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { isMissing } from '../../base/errno.ts';

/** A keychain may ask its owner for a password, but a pull must not wait for that for ever. */
const patienceMs = 15_000;

const answer = z.object({ Username: z.string(), Secret: z.string() });

export type HelperOutcome =
  | { readonly kind: 'found'; readonly username: string; readonly secret: string }
  | { readonly kind: 'none' }
  /** The helper is missing, hung or failed; `reason` has no secret in it. */
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * Asks `docker-credential-NAME get` for the login to a server (docker/docker-credential-helpers, "Development").
 * Rejects only when aborted.
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  { environment, signal }: Cancellable & { readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<HelperOutcome> {
  const program = `docker-credential-${name}`;
  // A name is part of a file name, never a path: config.json must not choose any program.
  if (!/^[\w.-]+$/.test(name)) return { kind: 'unusable', reason: `"${name}" cannot be the name of a credential helper` };
  const timed = withTimeout(signal, patienceMs);
  try {
    const { status, output } = await run(program, server, environment, timed);
    if (status === 0) return found(program, output);
    if (/not found/i.test(output)) return { kind: 'none' };
    return { kind: 'unusable', reason: `${program} ended with status ${String(status)}` };
  } catch (error) {
    if (signal?.aborted) throw abortReason(signal);
    if (timed.aborted) return { kind: 'unusable', reason: `${program} gave no answer within ${String(patienceMs / 1000)} s` };
    const missing = isMissing(error);
    return { kind: 'unusable', reason: missing ? `${program} is not installed` : `${program} could not be started` };
  }
}

function found(program: string, output: string): HelperOutcome {
  try {
    const { Username: username, Secret: secret } = answer.parse(JSON.parse(output));
    return { kind: 'found', username, secret };
  } catch {
    return { kind: 'unusable', reason: `${program} gave an answer that is no login` };
  }
}

async function run(
  program: string,
  input: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<{ status: number | null; output: string }> {
  const child = spawn(program, ['get'], { env: environment, signal, killSignal: 'SIGKILL', windowsHide: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', (status) => resolve(status));
  });
  // A helper that doesn't read its input closes the pipe; its exit says the rest.
  child.stdin.on('error', () => undefined).end(input);
  const [status, output] = await Promise.all([ended, text(child.stdout)]);
  return { status, output };
}

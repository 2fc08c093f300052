import type { CheckResult } from '../../../shared/models/check.ts';
import { type Cancellable, sleep } from '../base/abort.ts';
import { isAbort } from '../base/fault.ts';
import { sharedSignal } from '../base/shared-signal.ts';
import type { SlipwayCheck } from '../compose/slipway-extension.ts';
import type { Attempt, Refusal } from './attempt.ts';
import { commandAttempt, logAttempt, type ProjectOnEngine } from './container-checks.ts';
import { httpAttempt } from './http-check.ts';
import { type AcceptsConnection, tcpAttempt } from './tcp-check.ts';

export interface RunChecksRequest extends Cancellable, ProjectOnEngine {
  readonly checks: Readonly<Record<string, SlipwayCheck>>;
  /** Puts host ports in the place of `${port:SERVICE:PORT}`; undefined while one is not known. */
  readonly expand: (text: string, options: Cancellable) => Promise<string | undefined>;
  readonly acceptsConnection: AcceptsConnection;
  /** Called with all results after each change. */
  readonly onChange: (results: readonly CheckResult[]) => void;
}

/** How long a check is tried again where the profile does not say, in milliseconds. */
const defaultTimeoutMs = 30_000;
/** Pauses between tries, in milliseconds; the last one is repeated. */
const pauses = [250, 500, 1_000, 2_000];

/** What the checks are, before any of them was run. */
export function pendingChecks(checks: Readonly<Record<string, SlipwayCheck>>): CheckResult[] {
  return Object.entries(checks).map(([name, check]) => ({ name, ...describe(check), state: 'pending', attempts: 0 }));
}

/**
 * Runs all checks side by side, each again and again until it passes or its time is over, and resolves with how each
 * ended. Rejects when `signal` aborts or the engine cannot be asked.
 */
export async function runChecks(request: RunChecksRequest): Promise<readonly CheckResult[]> {
  const { checks, signal, onChange } = request;
  let results: readonly CheckResult[] = pendingChecks(checks);
  const change = (name: string, facts: Partial<CheckResult>): void => {
    results = results.map((one) => (one.name === name ? { ...one, ...facts } : one));
    onChange(results);
  };
  try {
    await Promise.all(Object.entries(checks).map(([name, check]) => runOne(name, check, request, (facts) => change(name, facts))));
  } catch (error) {
    results = results.map((one) => (one.state === 'running' || one.state === 'pending' ? { ...one, state: 'cancelled' } : one));
    onChange(results);
    signal?.throwIfAborted();
    throw error;
  }
  return results;
}

async function runOne(name: string, check: SlipwayCheck, request: RunChecksRequest, change: (facts: Partial<CheckResult>) => void): Promise<void> {
  const timeoutMs = check.timeout === undefined ? defaultTimeoutMs : milliseconds(check.timeout);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), timeoutMs);
  const startedAt = performance.now();
  change({ state: 'running' });
  try {
    const { attempts, refusal } = await tryUntil(check, request, change, sharedSignal(request.signal, ending.signal));
    const durationMs = performance.now() - startedAt;
    if (refusal) change({ state: 'failed', attempts, durationMs, problem: problemOf(name, describe(check).kind, refusal) });
    else change({ state: 'passed', attempts, durationMs });
  } finally {
    clearTimeout(timer);
  }
}

interface Tried {
  readonly attempts: number;
  /** What the last try got; absent when it passed. */
  readonly refusal?: Refusal;
}

/** Tries again and again until it passes or the time is over. Rejects when the caller's own signal aborts. */
async function tryUntil(check: SlipwayCheck, request: RunChecksRequest, change: (facts: Partial<CheckResult>) => void, timed: AbortSignal): Promise<Tried> {
  let refusal: Refusal = { message: 'There was no answer in time.' };
  let attempts = 0;
  const isOver = (): boolean => timed.aborted;
  while (!isOver()) {
    attempts += 1;
    try {
      const got = await tryOnce(check, request, change, timed);
      if (!got) return { attempts };
      refusal = got;
      change({ attempts });
      await sleep(pauses[Math.min(attempts, pauses.length) - 1] ?? 0, { signal: timed });
    } catch (error) {
      if (!isOver() && !isAbort(error)) throw error;
    }
  }
  request.signal?.throwIfAborted();
  return { attempts, refusal };
}

async function tryOnce(check: SlipwayCheck, request: RunChecksRequest, change: (facts: Partial<CheckResult>) => void, signal: AbortSignal): Promise<Refusal | undefined> {
  const { kind, subject } = describe(check);
  if (kind === 'command' || kind === 'log') return attemptFor(check, subject, request)({ signal });
  const expanded = await request.expand(subject, { signal });
  if (expanded === undefined) return { message: `The host port in ${subject} is not known: no running service publishes it.` };
  change({ subject: expanded });
  return attemptFor(check, expanded, request)({ signal });
}

function attemptFor({ http, tcp, command, log }: SlipwayCheck, subject: string, request: RunChecksRequest): Attempt {
  if (http) return httpAttempt({ ...http, url: subject });
  if (tcp !== undefined) return tcpAttempt(subject, request.acceptsConnection);
  if (command) return commandAttempt(request, command.service, command.command);
  return logAttempt(request, log?.service ?? '', log?.pattern ?? '');
}

function describe({ http, tcp, command, log }: SlipwayCheck): Pick<CheckResult, 'kind' | 'subject'> {
  if (http) return { kind: 'http', subject: http.url };
  if (tcp !== undefined) return { kind: 'tcp', subject: tcp };
  if (command) return { kind: 'command', subject: `${command.service}: ${[command.command].flat().join(' ')}` };
  return { kind: 'log', subject: `${log?.service ?? ''}: ${log?.pattern ?? ''}` };
}

function problemOf(name: string, kind: CheckResult['kind'], { message, detail }: Refusal): NonNullable<CheckResult['problem']> {
  return {
    code: 'check.failed',
    message: `Check “${name}” failed: ${message}`,
    hint: 'Look at the logs of the services behind it. A check that needs longer can be given a timeout.',
    ...(detail ? { detail } : {}),
    data: { check: name, kind },
  };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `20s`, as the extension's schema allows it. */
function milliseconds(duration: string): number {
  const [, amount = '0', unit = 's'] = /^([\d.]+)(ms|s|m|h)$/.exec(duration) ?? [];
  return Number(amount) * (unitMs[unit] ?? 0);
}

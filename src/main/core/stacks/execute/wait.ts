import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import { lastProbeWords, msToNextProbe } from '../probes.ts';
import type { Execution } from './execution.ts';
import { lastLogLines } from './last-log-lines.ts';

/** `ready`: healthy where there is a health check, else running; a service that ended with 0 is ready too. */
export type Condition = 'service_healthy' | 'service_completed_successfully' | 'ready';

export interface WaitRequest extends Cancellable {
  readonly service: string;
  readonly condition: Condition;
  /** Told why it still waits, in a person's words. */
  readonly onWaiting: (why: string) => void;
}

/** The engine's events wake a wait; this is how often it looks again should one get lost, and refreshes what it says. */
const lookAgainMs = 2_000;

/**
 * Resolves when every container of the service meets the condition. Raises `service.unhealthy`, `service.exited` (both
 * with the last log lines as detail), `service.wait-timeout`.
 */
export async function waitForService(execution: Execution, request: WaitRequest): Promise<void> {
  const containers = execution.containersOf(request.service);
  if (containers.length === 0) throw noContainer(request.service);
  await Promise.all(containers.map(({ id }) => waitForContainer(execution, id, request)));
}

async function waitForContainer(execution: Execution, id: string, request: WaitRequest): Promise<void> {
  const { waitTimeoutMs } = execution.request;
  const deadline = waitTimeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + waitTimeoutMs;
  const bell = execution.events.of(id);
  for (;;) {
    const { rings } = bell;
    const container = await execution.engine.containers.inspect(id, { signal: request.signal });
    const verdict = judge(container, request);
    if (verdict === 'met' || isHealthyEarly(execution, container, request)) return;
    if (verdict instanceof Fault) throw await withLogs(execution, container, verdict, request);
    request.onWaiting(verdict.why);
    const left = deadline - performance.now();
    if (left <= 0) throw await withLogs(execution, container, timedOut(request.service, verdict.why, waitTimeoutMs ?? 0), request);
    await bell.heard(rings, Math.min(lookAgainMs, left), { signal: request.signal });
    execution.events.check();
  }
}

/** Only for dependents: a start has ended well when the engine itself says so. */
function isHealthyEarly(execution: Execution, container: ContainerDetails, { condition, signal }: WaitRequest): boolean {
  const starting = container.state === 'running' && container.health === 'starting';
  return condition === 'service_healthy' && starting && execution.isHealthyEarly(container, { signal });
}

type Verdict = 'met' | Fault | { readonly why: string };

function judge(container: ContainerDetails, { service, condition }: WaitRequest): Verdict {
  switch (container.state) {
    case 'exited':
    case 'dead':
      return container.exitCode === 0 && condition !== 'service_healthy' ? 'met' : ended(service, container, condition);
    case 'restarting':
      return { why: `${service} keeps restarting: it ended with exit code ${container.exitCode}` };
    case 'paused':
      return { why: `${service} is paused` };
    case 'created':
    case 'removing':
      return { why: `${service} is not started yet` };
    case 'running':
      return condition === 'service_completed_successfully' ? { why: `${service} is still at work` } : judgeHealth(container, service, condition);
  }
}

function judgeHealth(container: ContainerDetails, service: string, condition: Condition): Verdict {
  switch (container.health) {
    case 'healthy':
      return 'met';
    case 'none':
      return condition === 'ready' ? 'met' : noHealthcheck(service);
    case 'unhealthy':
      return unhealthy(service, container);
    case 'starting': {
      const words = lastProbeWords(container);
      const seconds = Math.ceil(msToNextProbe(container, new Date()) / 1000);
      const next = seconds > 0 ? ` (next in ${seconds} s)` : '';
      return { why: words === undefined ? `${service} is starting: first health probe${seconds > 0 ? ` in ${seconds} s` : ' under way'}` : `${service} is starting: probe ${container.healthLog.length} said: ${words}${next}` };
    }
  }
}

function unhealthy(service: string, container: ContainerDetails): Fault {
  const words = lastProbeWords(container);
  return new Fault({
    code: 'service.unhealthy',
    message: `${service} is unhealthy${words === undefined ? '' : `: its last health probe said: ${words}`}.`,
    hint: `Read the log of ${service}; what is running stays, and the next start goes on from there.`,
    data: { service },
  });
}

function noHealthcheck(service: string): Fault {
  return new Fault({
    code: 'service.unhealthy',
    message: `Another service waits for ${service} to be healthy, but ${service} has no health check.`,
    hint: `Give ${service} a healthcheck, or use the condition service_started.`,
    data: { service },
  });
}

function ended(service: string, container: ContainerDetails, condition: Condition): Fault {
  const why = container.oomKilled ? ' because it used more memory than it may' : '';
  const early = condition === 'service_healthy' ? ' before it was healthy' : '';
  return new Fault({
    code: 'service.exited',
    message: `${service} ended with exit code ${container.exitCode}${early}${why}.`,
    hint: `Read the log of ${service}; what is running stays, and the next start goes on from there.`,
    data: { service, exitCode: container.exitCode },
  });
}

function timedOut(service: string, why: string, ms: number): Fault {
  return new Fault({
    code: 'service.wait-timeout',
    message: `Waited ${Math.round(ms / 1000)} s in vain: ${why}.`,
    hint: `Read the log of ${service}, or allow more time.`,
    data: { service },
  });
}

function noContainer(service: string): Fault {
  return new Fault({
    code: 'service.exited',
    message: `${service} has no container, but another service needs it.`,
    hint: `Start ${service} too.`,
    data: { service },
  });
}

async function withLogs(execution: Execution, container: ContainerDetails, fault: Fault, { signal }: Cancellable): Promise<Fault> {
  const detail = await lastLogLines(execution.engine, container.id, { signal });
  return detail === '' ? fault : new Fault({ ...fault.problem, detail }, { cause: fault });
}

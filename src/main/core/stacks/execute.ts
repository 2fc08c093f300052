import type { LogEntry, WorkEvent } from '../../../shared/models/job.ts';
import type { Cancellable } from '../base/abort.ts';
import { Channel } from '../base/channel.ts';
import { sharedSignal } from '../base/shared-signal.ts';
import type { Engine } from '../engine/engine.ts';
import type { PullProgress } from '../engine/images.ts';
import type { FindLogin } from './build/build-logins.ts';
import { Report } from './execute/report.ts';
import { runPlan } from './execute/run-plan.ts';
import type { PreparedPlan } from './plan.ts';

/** Pulls an image with the person's registry logins. Given by whoever knows registries. */
export type PullImage = (
  reference: string,
  options: Cancellable & {
    readonly platform?: string;
    /** What a person should know while it goes on: why it tries again, a login that could not be read. */
    readonly tell?: (entry: LogEntry) => void;
  },
) => AsyncIterable<PullProgress>;

export interface ExecuteRequest extends Cancellable {
  readonly engine: Engine;
  readonly prepared: PreparedPlan;
  readonly pull: PullImage;
  /** For builds on images of private registries. */
  readonly findLogin?: FindLogin;
  /** Also waits until every service of the plan is healthy, or running where it has no health check. */
  readonly wait?: boolean;
  /** Runs health checks of dependencies right after their start, instead of waiting for the engine's next interval. */
  readonly probeEarly?: boolean;
  /** Bound for each wait on another service, in milliseconds; without it a wait ends only with the service's fate. */
  readonly waitTimeoutMs?: number;
  /** Grace for stopping containers, in seconds, over what each container asks for. */
  readonly stopTimeoutSeconds?: number;
}

/**
 * Does what a plan says, side by side as far as its order allows, and yields what goes on: each step's state with why
 * it waits, and log entries. When a step fails or `signal` aborts, what is under way is ended cleanly, what runs and what
 * doesn't is told, and the failure is raised; planning and executing again goes on from there.
 */
export async function* executePlan(request: ExecuteRequest): AsyncGenerator<WorkEvent, void, void> {
  const channel = new Channel<WorkEvent>();
  const leaving = new AbortController();
  const signal = sharedSignal(request.signal, leaving.signal);
  const work = runPlan(request, new Report(channel), signal).finally(() => {
    channel.end();
  });
  // Raised below, after the last event was read.
  work.catch(() => undefined);
  try {
    yield* channel.read();
    await work;
  } finally {
    leaving.abort();
    await work.catch(() => undefined);
  }
}

import type { JobOutcome } from '../shared/models/job.ts';
import { Fault } from '../main/core/base/fault.ts';
import type { CommandContext } from './context.ts';
import { lineProgress, liveProgress, quietProgress, type ProgressView } from './output/progress.ts';

/** A job ended because the person asked for it. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/**
 * Shows a job until it has ended and returns its result. Ctrl-C cancels the job and waits for its clean-up.
 * Raises the job's Problem as a Fault, or `Cancelled`.
 */
export async function followJob(context: CommandContext, jobId: string): Promise<Record<string, unknown>> {
  const { core, signal, options } = context;
  const cancel = (): void => {
    void core.jobs.cancel(jobId);
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  const view = chooseView(context);
  try {
    for await (const event of core.jobs.follow(jobId)) {
      if (options.json) context.printEvent(event);
      view.event(event);
    }
  } finally {
    view.end();
    signal.removeEventListener('abort', cancel);
  }
  return resultOf(await core.jobs.outcome(jobId));
}

function chooseView({ options, terminal }: CommandContext): ProgressView {
  if (options.json || options.quiet) return quietProgress();
  return terminal.interactive ? liveProgress(terminal) : lineProgress(terminal);
}

function resultOf(outcome: JobOutcome): Record<string, unknown> {
  switch (outcome.status) {
    case 'succeeded':
      return outcome.result ?? {};
    case 'failed':
      throw new Fault(outcome.problem);
    case 'cancelled':
      throw new Cancelled('Cancelled');
  }
}

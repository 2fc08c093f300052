import { sharedSignal } from '../../base/shared-signal.ts';

/** One thing to do, after others. */
export interface RunnableStep {
  readonly id: string;
  /** Ids of the steps that must have ended well before. Ids that are not among the steps count as done. */
  readonly after: readonly string[];
  run(signal: AbortSignal): Promise<void>;
  /** Told when it will never run, because something before it failed or the whole was cancelled. */
  onSkipped(): void;
}

/**
 * Runs steps side by side as far as their order allows. When one fails, those under way are cancelled, the rest is
 * skipped, and once all have settled the first failure is raised; so is the reason of `signal` when it aborts.
 */
export async function runSteps(steps: readonly RunnableStep[], signal: AbortSignal): Promise<void> {
  const failing = new AbortController();
  const inner = sharedSignal(signal, failing.signal);
  const known = new Set(steps.map(({ id }) => id));
  const outcomes = new Map<string, Promise<boolean>>();
  let failure: { readonly error: unknown } | undefined;

  const runOne = async (step: RunnableStep): Promise<boolean> => {
    const before = await Promise.all(step.after.filter((id) => known.has(id)).map((id) => outcomeOf(id)));
    if (inner.aborted || before.includes(false)) {
      step.onSkipped();
      return false;
    }
    try {
      await step.run(inner);
      return true;
    } catch (error) {
      failure ??= { error: signal.aborted ? signal.reason : error };
      failing.abort();
      return false;
    }
  };
  const outcomeOf = (id: string): Promise<boolean> => {
    const known = outcomes.get(id);
    if (known) return known;
    const step = steps.find((one) => one.id === id);
    const outcome = step ? Promise.resolve().then(() => runOne(step)) : Promise.resolve(true);
    outcomes.set(id, outcome);
    return outcome;
  };

  await Promise.all(steps.map(({ id }) => outcomeOf(id)));
  if (failure) throw failure.error;
  signal.throwIfAborted();
}

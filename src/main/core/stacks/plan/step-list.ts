import type { Work, WorkStep } from './work.ts';

type NewStep = Omit<WorkStep, 'id' | 'action' | 'after' | 'waits'> & {
  readonly after?: Iterable<string>;
  readonly waits?: WorkStep['waits'];
};

/** The steps of a plan while it is made. Ids tell what they do, so that the same plan has the same ids. */
export class StepList {
  readonly #steps: WorkStep[] = [];

  add({ after = [], waits, ...step }: NewStep): string {
    const id = `${step.work.kind}:${step.subject}`;
    const base: WorkStep = { id, action: step.work.kind, ...step, after: [...new Set(after)] };
    this.#steps.push(waits && waits.length > 0 ? { ...base, waits } : base);
    return id;
  }

  get all(): readonly WorkStep[] {
    return this.#steps;
  }

  ids(matches: (work: Work, step: WorkStep) => boolean): string[] {
    return this.#steps.filter((step) => matches(step.work, step)).map(({ id }) => id);
  }
}

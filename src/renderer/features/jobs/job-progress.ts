import type { Amount, Step } from '../../../shared/models/job.ts';

/** How far a job is, from 0 to 1: the mean of its top steps, each the mean of its parts. Undefined without steps. */
export function overallProgress(steps: readonly Step[]): number | undefined {
  return meanOf(topSteps(steps), steps);
}

/** Steps that are no part of another; a step whose parent never came counts as one of them. */
export function topSteps(steps: readonly Step[]): readonly Step[] {
  const ids = new Set(steps.map((step) => step.id));
  return steps.filter((step) => step.parent === undefined || !ids.has(step.parent));
}

export function partsOf(step: Step, steps: readonly Step[]): readonly Step[] {
  return steps.filter((other) => other.parent === step.id);
}

/** What is going on now: the steps at work, each with its parts, then what ended last, newest first. */
export function presentSteps(steps: readonly Step[], ended: number): readonly Step[] {
  const atWork = topSteps(steps).filter((step) => isAtWork(step));
  const over = topSteps(steps).filter(({ state }) => state === 'done' || state === 'failed');
  return [...atWork.flatMap((step) => [step, ...partsOf(step, steps)]), ...over.slice(-ended).reverse()];
}

/** How many of a job's top steps need nothing more, and how many there are. */
export function stepCount(steps: readonly Step[]): { done: number; all: number } {
  const top = topSteps(steps);
  return { done: top.filter(({ state }) => state === 'done' || state === 'skipped').length, all: top.length };
}

function isAtWork({ state }: Step): boolean {
  return state === 'running' || state === 'waiting';
}

/** From 0 to 1; undefined while the total is unknown. */
export function fractionOf({ current, total, unit }: Amount): number | undefined {
  const whole = total ?? (unit === 'percent' ? 100 : undefined);
  return whole === undefined ? undefined : whole === 0 ? 1 : Math.min(1, current / whole);
}

function meanOf(some: readonly Step[], all: readonly Step[]): number | undefined {
  if (some.length === 0) return undefined;
  return some.reduce((sum, step) => sum + progressOf(step, all), 0) / some.length;
}

function progressOf(step: Step, all: readonly Step[]): number {
  switch (step.state) {
    case 'done':
    case 'skipped':
      return 1;
    case 'pending':
      return 0;
    case 'running':
    case 'waiting':
    case 'failed':
    case 'cancelled':
      return (step.amount && fractionOf(step.amount)) ?? meanOf(partsOf(step, all), all) ?? 0;
  }
}

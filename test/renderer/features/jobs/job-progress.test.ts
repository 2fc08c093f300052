import { describe, expect, it } from 'vitest';
import { overallProgress, presentSteps, stepCount } from '../../../../src/renderer/features/jobs/job-progress.ts';
import type { Step, StepState } from '../../../../src/shared/models/job.ts';

const step = (id: string, state: StepState, more: Partial<Step> = {}): Step => ({ id, title: id, state, ...more });
const bytes = (current: number, total?: number): Partial<Step> => ({
  amount: { current, unit: 'bytes', ...(total === undefined ? {} : { total }) },
});

describe('overallProgress', () => {
  it.each<[string, readonly Step[], number | undefined]>([
    ['no steps yet', [], undefined],
    ['nothing begun', [step('a', 'pending'), step('b', 'pending')], 0],
    ['one of two done', [step('a', 'done'), step('b', 'pending')], 0.5],
    ['a skipped step needs nothing more', [step('a', 'skipped')], 1],
    ['half way through a step', [step('a', 'running', bytes(5, 10))], 0.5],
    ['more than was announced', [step('a', 'running', bytes(15, 10))], 1],
    ['nothing to do is done', [step('a', 'running', bytes(0, 0))], 1],
    ['an unknown total', [step('a', 'running', bytes(5))], 0],
    [
      'a step is as far as its parts',
      [step('a', 'running'), step('a1', 'done', { parent: 'a' }), step('a2', 'running', { parent: 'a', ...bytes(1, 2) })],
      0.75,
    ],
    ['a part whose whole never came counts by itself', [step('a1', 'done', { parent: 'a' })], 1],
  ])('%s', (_what, steps, expected) => {
    expect(overallProgress(steps)).toBe(expected);
  });
});

describe('presentSteps', () => {
  it('shows what is at work with its parts first, then what ended last, and nothing that is to come', () => {
    const steps = [
      step('first', 'done'),
      step('second', 'done'),
      step('third', 'done'),
      step('pull', 'running'),
      step('layer', 'done', { parent: 'pull' }),
      step('later', 'pending'),
    ];
    expect(presentSteps(steps, 2).map(({ id }) => id)).toEqual(['pull', 'layer', 'third', 'second']);
  });
});

describe('stepCount', () => {
  it('counts whole steps, not their parts', () => {
    const steps = [step('a', 'done'), step('b', 'skipped'), step('c', 'running'), step('c1', 'done', { parent: 'c' })];
    expect(stepCount(steps)).toEqual({ done: 2, all: 3 });
  });
});

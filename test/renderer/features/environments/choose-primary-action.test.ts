import { describe, expect, it } from 'vitest';
import { choosePrimaryAction } from '../../../../src/renderer/features/environments/choose-primary-action.ts';
import { stackState, type StackState } from '../../../../src/shared/models/stack.ts';

describe('choosePrimaryAction', () => {
  it.each<[StackState, string]>([
    ['unknown', 'start'],
    ['stopped', 'start'],
    ['partial', 'start'],
    ['paused', 'start'],
    ['starting', 'stop'],
    ['running', 'stop'],
    ['degraded', 'stop'],
  ])('%s: %s', (state, action) => {
    expect(choosePrimaryAction({ state }, undefined)).toBe(action);
  });

  it.each(stackState.options)('offers to cancel what runs, whatever the state (%s)', (state) => {
    expect(choosePrimaryAction({ state, jobId: 'job' }, undefined)).toBe('cancel');
    expect(choosePrimaryAction({ state }, {})).toBe('cancel');
  });

  it('forgets a job that has ended', () => {
    expect(choosePrimaryAction({ state: 'stopped' }, { outcome: { status: 'cancelled' } })).toBe('start');
  });
});

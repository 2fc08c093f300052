import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../src/renderer/api/problem.ts';
import type { Problem } from '../../../src/shared/problem.ts';

describe('problemOf', () => {
  const problem: Problem = { code: 'engine.lost', message: 'The connection was lost.', hint: 'Start it again.' };

  it('takes the Problem out of a typed error', () => {
    expect(problemOf(new ORPCError('PROBLEM', { defined: true, data: problem }))).toEqual(problem);
  });

  it.each([
    ['an error that the contract does not define', new ORPCError('PROBLEM', { data: problem })],
    ['a refused input', new ORPCError('BAD_REQUEST', { message: 'Input validation failed' })],
    ['a defect', new TypeError('x is not a function')],
    ['something that is no error', 'boom'],
  ])('calls %s unexpected, and says what is known', (_what, error) => {
    const found = problemOf(error);
    expect(found.code).toBe('internal.unexpected');
    expect(found.message).not.toBe('');
    expect(found.hint).toBeDefined();
  });
});

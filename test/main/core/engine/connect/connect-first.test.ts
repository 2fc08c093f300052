import { expect, test } from 'vitest';
import { Fault } from '../../../../../src/main/core/base/fault.ts';
import type { EngineCandidate } from '../../../../../src/main/core/engine/connect/candidate.ts';
import { connectFirst, type OpenEngine } from '../../../../../src/main/core/engine/connect/connect-first.ts';
import { createMemoryEngine } from '../../../../../src/main/core/engine/memory/create-memory-engine.ts';
import type { ProblemCode } from '../../../../../src/shared/problem.ts';
import { expectProblem } from '../contract/support.ts';

const candidate = (address: string, more: Partial<EngineCandidate> = {}): EngineCandidate => ({
  origin: `origin of ${address}`,
  required: false,
  private: false,
  endpoint: () => Promise.resolve({ address, origin: `origin of ${address}` }),
  ...more,
});
const { engine } = createMemoryEngine();
const failing = (codes: Readonly<Record<string, ProblemCode>>): OpenEngine => ({ address }) => {
  const code = codes[address];
  if (code === undefined) return Promise.resolve(engine);
  return Promise.reject(new Fault({ code, message: `${address} failed.`, hint: 'Mend it.' }));
};

test('takes the first that answers', async () => {
  const open = failing({ a: 'engine.unreachable', b: 'engine.permission-denied' });
  const connected = await connectFirst([candidate('a'), candidate('b'), candidate('c', { private: true }), candidate('d')], { open });
  expect(connected).toEqual({ engine, private: true });
});

test('tells every attempt when none answers, and a forbidden engine first', async () => {
  const candidates = [candidate('a'), candidate('b')];
  const none = await expectProblem(connectFirst(candidates, { open: failing({ a: 'engine.unreachable', b: 'engine.lost' }) }), 'engine.unreachable');
  expect(none.detail).toBe('origin of a: a failed.\norigin of b: b failed.');
  expect(none.data?.['tried']).toHaveLength(2);
  const open = failing({ a: 'engine.unreachable', b: 'engine.permission-denied' });
  const forbidden = await expectProblem(connectFirst(candidates, { open }), 'engine.permission-denied');
  expect(forbidden.message).toBe('b failed.');
});

test('does not go on after a required one failed', async () => {
  const open = failing({ a: 'engine.unsupported' });
  const problem = await expectProblem(connectFirst([candidate('a', { required: true }), candidate('b')], { open }), 'engine.unsupported');
  expect(problem.message).toBe('a failed.');
});

test('stops when aborted', async () => {
  const abort = new AbortController();
  const open: OpenEngine = () => {
    abort.abort();
    return Promise.reject(new Error('cut off'));
  };
  await expect(connectFirst([candidate('a'), candidate('b')], { open, signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
});

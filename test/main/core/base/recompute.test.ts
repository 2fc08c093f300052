import { describe, expect, it } from 'vitest';
import { sleep } from '../../../../src/main/core/base/abort.ts';
import { Channel } from '../../../../src/main/core/base/channel.ts';
import { Live } from '../../../../src/main/core/base/live.ts';
import { recompute } from '../../../../src/main/core/base/recompute.ts';

describe('live values', () => {
  it('give the present value first and never miss the last one', async () => {
    const live = new Live(0);
    const seen: number[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const value of live.watch({ signal: stop.signal })) {
        seen.push(value);
        await sleep(5);
      }
    })();
    await sleep(1);
    for (let value = 1; value <= 100; value += 1) live.set(value);
    await sleep(30);
    stop.abort();
    await reading;
    expect(seen).toEqual([0, 100]);
  });

  it('end at once when the signal was aborted before', async () => {
    const values: number[] = [];
    for await (const value of new Live(1).watch({ signal: AbortSignal.abort() })) values.push(value);
    expect(values).toEqual([]);
  });
});

describe('recompute', () => {
  it('follows its sources, leaves out equal results and lets go of them at the end', async () => {
    const a = new Live(1);
    const b = new Live(1);
    const stop = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const value of recompute([a, b], () => Math.sign(a.value) * b.value, { signal: stop.signal })) seen.push(value);
    })();
    await sleep(5);
    a.set(2);
    await sleep(5);
    b.set(3);
    await sleep(5);
    stop.abort();
    await reading;
    b.set(4);
    await sleep(5);
    expect(seen).toEqual([1, 3]);
  });

  it('computes once more when a source changes during a computation', async () => {
    const source = new Live('old');
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const value of recompute(
      [source],
      async () => {
        const now = source.value;
        if (now === 'old') source.set('new');
        await sleep(5);
        return now;
      },
      { signal: stop.signal },
    )) {
      seen.push(value);
      if (value === 'new') stop.abort();
    }
    expect(seen).toEqual(['old', 'new']);
  });

  it('fails when the computation does', async () => {
    const failing = recompute([new Live(0)], () => Promise.reject(new Error('no')));
    await expect(failing.next()).rejects.toThrow('no');
  });
});

describe('channel', () => {
  it('keeps order, replaces what became worthless and ends after the rest was read', async () => {
    const channel = new Channel<{ key: string; value: number }>();
    const push = (key: string, value: number): void => channel.push({ key, value }, (pending) => pending.key === key);
    push('a', 1);
    push('b', 1);
    push('a', 2);
    channel.end();
    const all: string[] = [];
    for await (const { key, value } of channel.read()) all.push(`${key}${value}`);
    expect(all).toEqual(['a2', 'b1']);
  });
});

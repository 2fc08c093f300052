import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { receiveBytes, sendBytes } from '../../../../../src/main/core/snapshots/jobs/byte-port.ts';

describe('bytes between threads', () => {
  it('arrive as they were sent, however they were cut', async () => {
    const { port1, port2 } = new MessageChannel();
    const pieces = [1, 500, 70_000, 0, 600_000, 2_000_000, 3].map((length, at) => Buffer.alloc(length, at + 1));
    const sending = sendBytes(port1, (async function* () {
      await Promise.resolve();
      yield* pieces;
    })());
    const arrived: Buffer[] = [];
    for await (const block of receiveBytes(port2)) arrived.push(Buffer.from(block));
    await sending;
    expect(Buffer.concat(arrived).equals(Buffer.concat(pieces))).toBe(true);
    expect(arrived.every(({ length }) => length > 0)).toBe(true);
  });

  it('are not held back from a receiver that waits for them', async () => {
    const { port1, port2 } = new MessageChannel();
    let hear = (): void => undefined;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const sending = sendBytes(port1, (async function* () {
      yield Buffer.from('first');
      await heard;
      yield Buffer.from('second');
    })());
    const arrived: string[] = [];
    for await (const block of receiveBytes(port2)) {
      arrived.push(block.toString());
      hear();
    }
    await sending;
    expect(arrived).toEqual(['first', 'second']);
  });
});

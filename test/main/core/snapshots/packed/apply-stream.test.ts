import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { States } from '../support/states.ts';

const pageBytes = 8192;

/** Pages that are all different and can't be compressed. */
function pages(count: number, salt = ''): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, page) => noise(`${salt}${page}`)));
}

function noise(seed: string): Buffer {
  return createHash('shake256', { outputLength: pageBytes }).update(seed).digest();
}

function withPages(content: Buffer, changed: readonly number[]): Buffer {
  const copy = Buffer.from(content);
  for (const page of changed) noise(`changed ${page}`).copy(copy, page * pageBytes);
  return copy;
}

describe('a file of which some pages differ', () => {
  it('costs the frames of eight pages that they lie in', async () => {
    const states = await States.make();
    const before = pages(512);
    const wanted = await states.snapshot([{ path: 'table', content: before }]);
    const now = await states.snapshot([{ path: 'table', content: withPages(before, [3, 4, 40, 100, 301, 511]) }]);
    const { volume } = await states.change(now, wanted);
    expect(volume.nodes.get('table')?.content.equals(before)).toBe(true);
    expect(volume.frames).toEqual(Array.from({ length: 5 }, () => 8 * pageBytes));
    expect(volume.receivedBytes).toBeLessThan(5.1 * 8 * pageBytes);
  });

  it('gets right among others, however many there are', async () => {
    const states = await States.make();
    const numbers = Array.from({ length: 40 }, (_, number) => number);
    const files = (change: (content: Buffer, number: number) => Buffer) => numbers.map((number) => ({ path: `file ${number}`, content: change(pages(40, `${number} `), number) }));
    const some = { path: 'some', content: 'small' };
    const wanted = await states.snapshot([...files((content) => content), some, { path: 'whole', content: pages(33, 'whole') }]);
    const now = await states.snapshot(files((content, number) => withPages(content, [number, 7, 20, 21])));
    const { volume } = await states.change(now, wanted);
    for (const { path: name, content } of files((one) => one)) expect(volume.nodes.get(name)?.content.equals(content), name).toBe(true);
    expect(volume.nodes.get('some')?.content.toString()).toBe('small');
    expect(volume.frames.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(40 * 3 * 8 * pageBytes + 40 * pageBytes + 100);
  });
});

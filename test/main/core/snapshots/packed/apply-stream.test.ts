import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
  it('costs those pages, not the frames that they lie in', async () => {
    const states = await States.make();
    const before = pages(512);
    const wanted = await states.snapshot([{ path: 'table', content: before }]);
    const now = await states.snapshot([{ path: 'table', content: withPages(before, [3, 4, 40, 100, 301, 511]) }]);
    const { volume } = await states.change(now, wanted);
    expect(volume.nodes.get('table')?.content.equals(before)).toBe(true);
    expect(volume.frames).toEqual([6 * pageBytes]);
    expect(volume.receivedBytes).toBeLessThan(6.1 * pageBytes);
  });

  it('gets whole frames where most of them differs', async () => {
    const states = await States.make();
    const before = pages(64);
    const wanted = await states.snapshot([{ path: 'table', content: before }]);
    const most = Array.from({ length: 30 }, (_, page) => page);
    const now = await states.snapshot([{ path: 'table', content: withPages(before, [...most, 50]) }]);
    const { volume } = await states.change(now, wanted);
    expect(volume.nodes.get('table')?.content.equals(before)).toBe(true);
    expect(volume.frames).toEqual([32 * pageBytes, pageBytes]);
  });

  it('gets whole frames that are short, compressed', async () => {
    const states = await States.make();
    const before = Buffer.alloc(64 * pageBytes, 'easily compressed');
    for (let page = 0; page < 64; page += 1) before.writeUInt32LE(page, page * pageBytes);
    const wanted = await states.snapshot([{ path: 'table', content: before }]);
    const now = await states.snapshot([{ path: 'table', content: withPages(before, [5]) }]);
    const { volume } = await states.change(now, wanted);
    expect(volume.nodes.get('table')?.content.equals(before)).toBe(true);
    expect(volume.frames).toEqual([32 * pageBytes]);
  });

  it('shares frames with the files after it, however many there are', async () => {
    const states = await States.make();
    const numbers = Array.from({ length: 40 }, (_, number) => number);
    const files = (change: (content: Buffer, number: number) => Buffer) => numbers.map((number) => ({ path: `file ${number}`, content: change(pages(40, `${number} `), number) }));
    const some = { path: 'some', content: 'small' };
    const wanted = await states.snapshot([...files((content) => content), some, { path: 'whole', content: pages(33, 'whole') }]);
    const now = await states.snapshot(files((content, number) => withPages(content, [number, 7, 20, 21])));
    const { volume } = await states.change(now, wanted);
    for (const { path: name, content } of files((one) => one)) expect(volume.nodes.get(name)?.content.equals(content), name).toBe(true);
    expect(volume.nodes.get('some')?.content.toString()).toBe('small');
    const patches = volume.frames.filter((bytes) => bytes !== 32 * pageBytes);
    expect(Math.max(...patches)).toBeLessThan(1024 * 1024);
    expect(volume.frames.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(40 * 4 * pageBytes + 64 * pageBytes + 100);
  });

  it('is not written from chunks that are not what the pack’s table says', async () => {
    const states = await States.make();
    const before = pages(64);
    const wanted = await states.snapshot([{ path: 'table', content: before }]);
    const now = await states.snapshot([{ path: 'table', content: withPages(before, [5, 6]) }]);
    const blobs = path.join(states.directory, 'blobs/sha256');
    const packs = readdirSync(blobs).map((name) => path.join(blobs, name));
    const pack = packs.find((file) => readFileSync(file).includes(noise('5').subarray(0, 1000))) ?? '';
    const content = readFileSync(pack);
    const at = content.indexOf(noise('5').subarray(0, 1000));
    content.writeUInt8(content.readUInt8(at) ^ 1, at);
    writeFileSync(pack, content);
    await expect(states.change(now, wanted)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged', message: expect.stringContaining('chunk 5 ') as string } });
  });
});

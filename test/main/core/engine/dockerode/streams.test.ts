import { describe, expect, test } from 'vitest';
import { frames } from '../../../../../src/main/core/engine/dockerode/frames.ts';
import { jsonLines } from '../../../../../src/main/core/engine/dockerode/json-lines.ts';
import { LineSplitter } from '../../../../../src/main/core/engine/dockerode/line-splitter.ts';
import { all } from '../contract/support.ts';

function frame(kind: number, data: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(Buffer.byteLength(data), 4);
  return Buffer.concat([header, Buffer.from(data)]);
}

/** The same bytes in pieces of every size, as networks deliver them. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

describe('frames', () => {
  const bytes = Buffer.concat([frame(1, 'out'), frame(2, 'ärger'), frame(1, ''), frame(1, 'x'.repeat(300))]);

  test.each([1, 2, 7, 8, 9, 11, 1000])('come whole out of pieces of %i bytes', async (size) => {
    const found = await all(frames(inPieces(bytes, size), { whole: true }));
    expect(found.map(({ stream, data }) => [stream, data.toString()])).toEqual([
      ['stdout', 'out'],
      ['stderr', 'ärger'],
      ['stdout', 'x'.repeat(300)],
    ]);
  });

  test('pass on what has arrived without waiting for the rest', async () => {
    const pieces = await all(frames(inPieces(frame(1, 'abcdef'), 10)));
    expect(pieces.map(({ data }) => data.toString())).toEqual(['ab', 'cdef']);
  });
});

describe('JSON lines', () => {
  test.each([1, 3, 64])('in pieces of %i bytes, with characters cut in two', async (size) => {
    const text = '{"a":"ü€😀"}\r\n\n{"b":2}\n{"c":3}';
    expect(await all(jsonLines(inPieces(Buffer.from(text), size)))).toEqual([{ a: 'ü€😀' }, { b: 2 }, { c: 3 }]);
  });
});

describe('log lines', () => {
  const stamp = '2024-05-06T07:08:09.123456789Z';
  const split = (text: string, size: number) => {
    const splitter = new LineSplitter('stdout');
    const bytes = Buffer.from(text);
    const lines = [];
    for (let at = 0; at < bytes.length; at += size) lines.push(...splitter.write(bytes.subarray(at, at + size)));
    return [...lines, ...splitter.end()];
  };

  test.each([1, 5, 40, 4096])('lose their time stamp and line end, in pieces of %i bytes', (size) => {
    const lines = split(`${stamp} one\n${stamp} zwö\r\n${stamp} \n${stamp} last`, size);
    expect(lines.map(({ text }) => text)).toEqual(['one', 'zwö', '', 'last']);
    expect(lines.every(({ at }) => at.toISOString() === '2024-05-06T07:08:09.123Z')).toBe(true);
  });

  test('that the daemon cut at 16 KiB are put together again', () => {
    const part = 'x'.repeat(16 * 1024);
    const lines = split(`${stamp} ${part}${stamp} ${part}${stamp} end\n`, 5000);
    expect(lines.map(({ text }) => text)).toEqual([`${part}${part}end`]);
  });

  test('over a MiB are split', () => {
    const lines = split(`${stamp} ${'y'.repeat(3 * 1024 * 1024)}\n`, 60_000);
    expect(lines.map(({ text }) => text.length).reduce((sum, length) => sum + length)).toBe(3 * 1024 * 1024);
    expect(lines.every(({ text }) => text.length <= 1024 * 1024 + 16 * 1024)).toBe(true);
  });
});

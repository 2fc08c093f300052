import { describe, expect, it } from 'vitest';
import { fileRecord as recordOf, readEntry } from '../../../../../src/main/core/snapshots/packed/packed-entry.ts';
import { type PackedSink, PackedParser } from '../../../../../src/main/core/snapshots/packed/packed-parser.ts';

function record(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32LE(content.length, 1);
  return Buffer.concat([head, content]);
}

function number(value: number, bytes: number): Buffer {
  const field = Buffer.alloc(bytes);
  field.writeUIntLE(value, 0, bytes);
  return field;
}

const fileRecord = Buffer.alloc(48, 9);

/** As WIRE.md lays an entry out. */
function entry(type: string, path: Buffer, { target = Buffer.alloc(0), attributes = [] as readonly Buffer[] } = {}): Buffer {
  const fixed = Buffer.alloc(39);
  fixed.write(type, 'latin1');
  fixed.writeUInt16LE(0o640, 1);
  fixed.writeUInt32LE(70, 3);
  fixed.writeUInt32LE(71, 7);
  fixed.writeBigInt64LE(-2n, 11);
  fixed.writeUInt32LE(5, 19);
  fixed.writeBigUInt64LE(5_000_000_000n, 23);
  fixed.writeUInt32LE(8, 31);
  fixed.writeUInt32LE(1, 35);
  return Buffer.concat([fixed, fileRecord, number(path.length, 2), path, number(target.length, 2), target, ...attributes]);
}

function attribute(name: string, value: Buffer): Buffer {
  return Buffer.concat([number(name.length, 2), Buffer.from(name), number(value.length, 4), value]);
}

/** What the sink was told, as text. */
function told(pieces: readonly Buffer[]): readonly string[] {
  const heard: string[] = [];
  const sink: PackedSink = {
    begin: (seconds) => heard.push(`begin ${seconds}`),
    entry: (one) => {
      const { bytes, at } = recordOf(one);
      heard.push(`entry ${JSON.stringify(readEntry(one))} ${bytes.subarray(at, at + 48).equals(fileRecord)}`);
    },
    chunk: (hash, bytes, isNew) => heard.push(`chunk ${hash.toString('hex').slice(0, 4)} ${bytes} ${isNew}`),
    part: (offset) => heard.push(`part ${offset}`),
    group: (hash, bytes, isNew) => heard.push(`group ${hash.toString('hex').slice(0, 4)} ${bytes} ${isNew}`),
    unchanged: (position) => heard.push(`unchanged ${position}`),
    frame: (compressed, rawBytes, chunkCount) => heard.push(`frame ${compressed.toString()} ${rawBytes} ${chunkCount}`),
  };
  const parser = new PackedParser(sink);
  for (const piece of pieces) parser.write(piece);
  parser.end();
  return heard;
}

const chunk = (fill: number, bytes: number, isNew: number): Buffer => Buffer.concat([Buffer.alloc(32, fill), number(bytes, 4), number(isNew, 1)]);
const attributes = [attribute('user.a', Buffer.from([1, 2])), attribute('user.b', Buffer.alloc(0))];
const begin = record('B', Buffer.concat([number(1_700_000_000, 6), number(0, 2)]));
const whole = Buffer.concat([
  begin,
  record('E', entry('d', Buffer.alloc(0))),
  record('E', entry('f', Buffer.from([0x61, 0xff]), { attributes })),
  record('C', Buffer.concat([chunk(0xab, 8192, 1), chunk(0xcd, 7, 0)])),
  record('E', entry('l', Buffer.from('ü'), { target: Buffer.from('../x') })),
  record('E', entry('c', Buffer.from('null'))),
  record('U', number(3, 4)),
  record('E', entry('f', Buffer.from('small'))),
  record('P', number(12, 4)),
  record('G', chunk(0xef, 40, 1)),
  record('F', Buffer.concat([number(48, 4), number(2, 4), Buffer.from('packed')])),
  record('D', Buffer.alloc(0)),
]);

describe('the volume helper’s records', () => {
  it('are told in order, whole or in pieces cut anywhere', () => {
    const common = { mode: 0o640, uid: 70, gid: 71, mtime: -2, nanos: 5 };
    const expected = told([whole]);
    expect(expected).toEqual([
      'begin 1700000000',
      `entry ${JSON.stringify({ type: 'directory', path: '', ...common })} true`,
      `entry ${JSON.stringify({ type: 'file', path: 'a\udcff', ...common, xattrs: { 'user.a': 'AQI=', 'user.b': '' }, size: 5_000_000_000 })} true`,
      'chunk abab 8192 true',
      'chunk cdcd 7 false',
      `entry ${JSON.stringify({ type: 'symlink', path: 'ü', ...common, target: '../x' })} true`,
      `entry ${JSON.stringify({ type: 'character', path: 'null', ...common, device: [8, 1] })} true`,
      'unchanged 3',
      `entry ${JSON.stringify({ type: 'file', path: 'small', ...common, size: 5_000_000_000 })} true`,
      'part 12',
      'group efef 40 true',
      'frame packed 48 2',
    ]);
    for (let at = 1; at < whole.length; at += 1) expect(told([whole.subarray(0, at), whole.subarray(at)])).toEqual(expected);
  });

  it('are refused when they break off, are too long or of an unknown kind', () => {
    expect(() => told([whole.subarray(0, whole.length - 1)])).toThrow('the helper ended early');
    expect(() => told([record('?', Buffer.alloc(0))])).toThrow('unknown record');
    expect(() => told([record('E', entry('?', Buffer.from('x')))])).toThrow('unknown type');
    const tooLong = record('F', Buffer.alloc(0));
    tooLong.writeUInt32LE(9 * 1024 * 1024, 1);
    expect(() => told([tooLong])).toThrow('impossible record');
  });

  it('are refused when an entry is shorter than it says', () => {
    const file = entry('f', Buffer.from('name'), { target: Buffer.from('to'), attributes });
    const isWhole = new Set([file.length, file.length - attribute('user.b', Buffer.alloc(0)).length, file.length - Buffer.concat(attributes).length]);
    for (let length = 0; length < file.length; length += 1) {
      const cut = (): unknown => told([record('E', file.subarray(0, length)), record('D', Buffer.alloc(0))]);
      if (isWhole.has(length)) expect(cut).not.toThrow();
      else expect(cut).toThrow('cut off');
    }
  });
});

import { stringToBytes } from '../format/byte-string.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';

/** The instructions of src/volume-helper/WIRE.md as bytes. */

const headBytes = 5;
const types: Readonly<Record<VolumeEntry['type'], string>> = {
  directory: 'd',
  file: 'f',
  symlink: 'l',
  hardlink: 'h',
  fifo: 'p',
  character: 'c',
  block: 'b',
};

/** A stretch of a frame that the helper holds, and where in the file at hand it goes. */
export interface Write {
  readonly at: number;
  readonly slot: number;
  readonly start: number;
  readonly bytes: number;
}

export const clearAll = head('X', 0);
export const removeSockets = head('Z', 0);
export const end = head('D', 0);

export function remove(path: string): Buffer {
  const name = stringToBytes(path);
  return Buffer.concat([head('R', name.length), name]);
}

/** `isNew`: nothing is there under that name; else it is there, of the same type, and is changed. */
export function entry(entry: VolumeEntry, isNew: boolean): Buffer {
  const name = stringToBytes(entry.path);
  const target = 'target' in entry ? stringToBytes(entry.target) : Buffer.alloc(0);
  const attributes = Object.entries(entry.xattrs ?? {}).flatMap(([key, value]) => {
    const [attribute, content] = [stringToBytes(key), Buffer.from(value, 'base64')];
    return [number(attribute.length, 2), attribute, number(content.length, 4), content];
  });
  const fixed = Buffer.alloc(headBytes + 44);
  const rest = attributes.reduce((sum, { length }) => sum + length, name.length + target.length);
  fixed.write('E', 0, 'latin1');
  fixed.writeUInt32LE(44 + rest, 1);
  fixed.write(types[entry.type], 5, 'latin1');
  fixed.writeUInt8(isNew ? 1 : 0, 6);
  fixed.writeUInt16LE(entry.mode, 7);
  fixed.writeUInt32LE(entry.uid, 9);
  fixed.writeUInt32LE(entry.gid, 13);
  fixed.writeBigInt64LE(BigInt(entry.mtime), 17);
  fixed.writeUInt32LE(entry.nanos, 25);
  fixed.writeBigUInt64LE(BigInt(entry.type === 'file' ? entry.size : 0), 29);
  const [major, minor] = 'device' in entry ? entry.device : [0, 0];
  fixed.writeUInt32LE(major, 37);
  fixed.writeUInt32LE(minor, 41);
  fixed.writeUInt16LE(name.length, 45);
  fixed.writeUInt16LE(target.length, 47);
  return Buffer.concat([fixed, name, target, ...attributes]);
}

/** Puts a frame into a slot; what the slot held before is written by then. */
export function load(slot: number, rawBytes: number, compressed: Buffer): Buffer {
  return Buffer.concat([head('L', 8 + compressed.length), number(slot, 4), number(rawBytes, 4), compressed]);
}

export function write(writes: readonly Write[]): Buffer {
  const record = Buffer.alloc(headBytes + writes.length * 20);
  record.write('W', 0, 'latin1');
  record.writeUInt32LE(writes.length * 20, 1);
  for (const [index, { at, slot, start, bytes }] of writes.entries()) {
    const to = headBytes + index * 20;
    record.writeBigUInt64LE(BigInt(at), to);
    record.writeUInt32LE(slot, to + 8);
    record.writeUInt32LE(start, to + 12);
    record.writeUInt32LE(bytes, to + 16);
  }
  return record;
}

function head(type: string, length: number): Buffer {
  const record = Buffer.alloc(headBytes);
  record.write(type, 0, 'latin1');
  record.writeUInt32LE(length, 1);
  return record;
}

function number(value: number, bytes: 2 | 4): Buffer {
  const field = Buffer.alloc(bytes);
  field.writeUIntLE(value, 0, bytes);
  return field;
}

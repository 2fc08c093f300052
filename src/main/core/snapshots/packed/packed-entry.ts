import { bytesToString } from '../format/byte-string.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import { notSeen } from './seen-files.ts';

/** Bytes of a file record. */
export const fileRecordBytes = 48;
/** Where an entry's size and its file record lie, and how long it is before its path. */
const sizeOffset = 23;
const recordOffset = 39;
const fixedBytes = recordOffset + fileRecordBytes + 2;
/** Where a file record has its size and its ctime. */
const recordSizeOffset = 16;
const ctimeOffset = 32;

/**
 * An entry as the helper tells it (src/volume-helper/WIRE.md): `bytes` from `start` to `end`. What is looked at alone
 * needs no object of every entry.
 */
export interface PackedEntry {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Raises an Error that says that it is cut off or of no known type. */
export function readEntry(packed: PackedEntry): VolumeEntry {
  const type = entryType(packed);
  const { bytes: all, start, end } = packed;
  const pathStart = start + fixedBytes;
  const pathEnd = pathStart + all.readUInt16LE(pathStart - 2);
  if (pathEnd + 2 > end) throw cutOff();
  const targetEnd = pathEnd + 2 + all.readUInt16LE(pathEnd);
  if (targetEnd > end) throw cutOff();
  const xattrs = targetEnd === end ? undefined : readAttributes(all, targetEnd, end);
  const common = {
    path: bytesToString(all, pathStart, pathEnd),
    mode: all.readUInt16LE(start + 1),
    uid: all.readUInt32LE(start + 3),
    gid: all.readUInt32LE(start + 7),
    mtime: readLong(all, start + 11),
    nanos: all.readUInt32LE(start + 19),
    ...(xattrs ? { xattrs } : {}),
  };
  return entryOf(type, common, {
    size: readLong(all, start + sizeOffset),
    device: [all.readUInt32LE(start + 31), all.readUInt32LE(start + 35)],
    target: bytesToString(all, pathEnd + 2, targetEnd),
  });
}

/** Its letter (WIRE.md). Raises an Error for one that is cut off before its path. */
export function entryType({ bytes, start, end }: PackedEntry): string {
  if (end - start < fixedBytes) throw cutOff();
  return String.fromCharCode(bytes.readUInt8(start));
}

/** Of a file, in bytes. */
export function entrySize({ bytes, start }: PackedEntry): number {
  return readLong(bytes, start + sizeOffset);
}

/** Where a file record stands: how to recognise the file when it is unchanged next time. */
export interface FileRecord {
  readonly bytes: Buffer;
  readonly at: number;
}

export function fileRecord({ bytes, start }: PackedEntry): FileRecord {
  return { bytes, at: start + recordOffset };
}

/** The record at that position of those that stand one after the other. Raises an Error when there is none. */
export function recordAt(records: Buffer, position: number): FileRecord {
  if ((position + 1) * fileRecordBytes > records.length) throw notSeen();
  return { bytes: records, at: position * fileRecordBytes };
}

/** The size that a file record tells, in bytes. */
export function recordedSize({ bytes, at }: FileRecord): number {
  return readLong(bytes, at + recordSizeOffset);
}

/** Whether the file was changed so long before the reading began that a later change would be told by its ctime. */
export function isSettled({ bytes, at }: FileRecord, before: bigint): boolean {
  return bytes.readBigUInt64LE(at + ctimeOffset) < before;
}

/** A change this long before the reading began is told by its ctime, in nanoseconds; a later one may not be. */
const settledTime = 2_000_000_000n;

/** What `isSettled` compares with, for a reading that began at that time in seconds. */
export function settledBefore(beganAt: bigint): bigint {
  return beganAt * 1_000_000_000n - settledTime;
}

/** Names and values to the end of an entry's record. */
function readAttributes(all: Buffer, start: number, end: number): Record<string, string> {
  const xattrs: Record<string, string> = {};
  for (let at = start; at < end; ) {
    const nameEnd = at + 2 + (at + 2 <= end ? all.readUInt16LE(at) : end);
    const valueEnd = nameEnd + 4 + (nameEnd + 4 <= end ? all.readUInt32LE(nameEnd) : end);
    if (valueEnd > end) throw cutOff();
    xattrs[bytesToString(all, at + 2, nameEnd)] = all.toString('base64', nameEnd + 4, valueEnd);
    at = valueEnd;
  }
  return xattrs;
}

/** Eight bytes, signed, of which a double keeps 53 bits. */
function readLong(all: Buffer, at: number): number {
  return all.readInt32LE(at + 4) * 0x1_0000_0000 + all.readUInt32LE(at);
}

function cutOff(): Error {
  return new Error('the helper sent a record that is cut off');
}

function entryOf(
  type: string,
  common: Omit<Extract<VolumeEntry, { type: 'fifo' }>, 'type'>,
  { size, device, target }: { readonly size: number; readonly device: readonly [number, number]; readonly target: string },
): VolumeEntry {
  switch (type) {
    case 'd':
      return { type: 'directory', ...common };
    case 'f':
      return { type: 'file', ...common, size };
    case 'l':
      return { type: 'symlink', ...common, target };
    case 'h':
      return { type: 'hardlink', ...common, target };
    case 'p':
      return { type: 'fifo', ...common };
    case 'c':
    case 'b':
      return { type: type === 'c' ? 'character' : 'block', ...common, device };
    default:
      throw new Error('the helper sent an entry of an unknown type');
  }
}

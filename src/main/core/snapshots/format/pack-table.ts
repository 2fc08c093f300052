import { createHash } from 'node:crypto';
import { damaged } from './damage.ts';

/** One zstd frame of a pack and the chunks within it, by ordinal in the pack. */
export interface PackFrame {
  readonly offset: number;
  readonly compressedBytes: number;
  readonly rawBytes: number;
  readonly firstChunk: number;
  readonly chunkCount: number;
}

/** A pack's table of contents, as FORMAT.md lays it out ("Pack"). */
export interface PackTable {
  readonly frames: readonly PackFrame[];
  readonly chunkCount: number;
  /** 36 bytes a chunk: SHA-256, then its size as u32 little-endian. */
  readonly chunks: Buffer;
}

export const limits = {
  packBytes: 512 * 1024 * 1024,
  frameRawBytes: 4 * 1024 * 1024,
  chunkBytes: 1024 * 1024,
} as const;

export const footerBytes = 48;
const frameRecordBytes = 12;
export const chunkRecordBytes = 36;
const skippableMagic = 0x184d2a53;
const footerMagic = 'SLPK';
const version = 1;

export function chunkBytesAt(table: PackTable, ordinal: number): number {
  return table.chunks.readUInt32LE(ordinal * chunkRecordBytes + 32);
}

export function chunkHashAt(table: PackTable, ordinal: number): Buffer {
  return table.chunks.subarray(ordinal * chunkRecordBytes, ordinal * chunkRecordBytes + 32);
}

/** The frame that holds a chunk. */
export function frameOf(table: PackTable, ordinal: number): PackFrame | undefined {
  let low = 0;
  let high = table.frames.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.frames[middle]?.firstChunk ?? 0) <= ordinal) low = middle;
    else high = middle - 1;
  }
  return ordinal < table.chunkCount ? table.frames[low] : undefined;
}

/** Everything that follows a pack's frames: a skippable zstd frame with the table and its footer. */
export function encodePackTable(table: PackTable): Buffer {
  const frames = Buffer.alloc(table.frames.length * frameRecordBytes);
  table.frames.forEach((frame, index) => {
    frames.writeUInt32LE(frame.compressedBytes, index * frameRecordBytes);
    frames.writeUInt32LE(frame.rawBytes, index * frameRecordBytes + 4);
    frames.writeUInt32LE(frame.chunkCount, index * frameRecordBytes + 8);
  });
  const footer = Buffer.alloc(footerBytes);
  createHash('sha256').update(frames).update(table.chunks).digest().copy(footer, 0);
  footer.writeUInt32LE(table.frames.length, 32);
  footer.writeUInt32LE(table.chunkCount, 36);
  footer.writeUInt32LE(version, 40);
  footer.write(footerMagic, 44, 'latin1');
  const header = Buffer.alloc(8);
  header.writeUInt32LE(skippableMagic, 0);
  header.writeUInt32LE(frames.length + table.chunks.length + footerBytes, 4);
  return Buffer.concat([header, frames, table.chunks, footer]);
}

/** How many bytes at the end of a pack its footer says to read. Raises `snapshot.damaged`. */
export function packTailBytes(footer: Buffer, packBytes: number, what: string): number {
  if (footer.length !== footerBytes || footer.toString('latin1', 44) !== footerMagic) throw damaged(what, 'it has no table');
  if (footer.readUInt32LE(40) !== version) throw damaged(what, 'its table has an unknown version');
  const bytes = 8 + footer.readUInt32LE(32) * frameRecordBytes + footer.readUInt32LE(36) * chunkRecordBytes + footerBytes;
  if (bytes > packBytes) throw damaged(what, 'its table is larger than itself');
  return bytes;
}

/**
 * Reads the end of a pack (`packTailBytes` of it) and holds it to every rule of the format, so that whoever uses the
 * table need not check again. Raises `snapshot.damaged`.
 */
export function decodePackTable(tail: Buffer, packBytes: number, what: string): PackTable {
  const footer = tail.subarray(tail.length - footerBytes);
  if (packTailBytes(footer, packBytes, what) !== tail.length) throw damaged(what, 'its table is cut off');
  const frameCount = footer.readUInt32LE(32);
  const chunkCount = footer.readUInt32LE(36);
  if (tail.readUInt32LE(0) !== skippableMagic || tail.readUInt32LE(4) !== tail.length - 8) {
    throw damaged(what, 'its table has no frame');
  }
  const content = tail.subarray(8, tail.length - footerBytes);
  if (!createHash('sha256').update(content).digest().equals(footer.subarray(0, 32))) {
    throw damaged(what, 'its table does not match its checksum');
  }
  const chunks = content.subarray(frameCount * frameRecordBytes);
  const frames: PackFrame[] = [];
  let offset = 0;
  let firstChunk = 0;
  for (let index = 0; index < frameCount; index += 1) {
    const at = index * frameRecordBytes;
    const frame = {
      offset,
      compressedBytes: content.readUInt32LE(at),
      rawBytes: content.readUInt32LE(at + 4),
      firstChunk,
      chunkCount: content.readUInt32LE(at + 8),
    };
    if (frame.chunkCount === 0 || frame.firstChunk + frame.chunkCount > chunkCount || frame.rawBytes > limits.frameRawBytes) {
      throw damaged(what, 'its table names an impossible frame');
    }
    if (sumOfChunks(chunks, frame.firstChunk, frame.chunkCount, what) !== frame.rawBytes) {
      throw damaged(what, 'a frame and its chunks differ in size');
    }
    frames.push(frame);
    offset += frame.compressedBytes;
    firstChunk += frame.chunkCount;
  }
  if (firstChunk !== chunkCount || offset !== packBytes - tail.length) throw damaged(what, 'its table does not cover it');
  return { frames, chunkCount, chunks };
}

function sumOfChunks(chunks: Buffer, first: number, count: number, what: string): number {
  let sum = 0;
  for (let ordinal = first; ordinal < first + count; ordinal += 1) {
    const bytes = chunks.readUInt32LE(ordinal * chunkRecordBytes + 32);
    if (bytes === 0 || bytes > limits.chunkBytes) throw damaged(what, 'its table names an impossible chunk');
    sum += bytes;
  }
  return sum;
}

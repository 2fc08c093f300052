import { createReadStream } from 'node:fs';
import type { Cancellable } from './abort.ts';

/** A stretch of a file, in bytes. */
export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

/** The bytes of a stretch of a file; one of no bytes yields nothing. Raises what the file system does. */
export async function* readRange(file: string, { offset, size }: FileRange, { signal }: Cancellable = {}): AsyncGenerator<Buffer, void, void> {
  // The end of a range that streams can be asked for is part of it, so that it can't be empty.
  if (size === 0) return;
  const range = { start: offset, end: offset + size - 1, highWaterMark: 1024 * 1024, ...(signal ? { signal } : {}) };
  for await (const piece of createReadStream(file, range) as AsyncIterable<Buffer>) yield piece;
}

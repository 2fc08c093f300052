import type { FileHandle } from 'node:fs/promises';
import type { Cancellable } from './abort.ts';
import type { FileRange } from './file-range.ts';
import { paddingOf, readTarHeader, tarBlockBytes, type TarEntry } from './tar-header.ts';

export interface TarVisit extends Cancellable {
  /** Called for each entry, in their order, with where its content stands; may raise. */
  readonly onEntry: (entry: TarEntry, content: FileRange) => void;
  /** What to raise where the file ends before the archive does, or where a header should be and none is: its `block`. */
  readonly refuse: (flaw: 'cut-off' | 'no-header', block: Buffer) => Error;
}

/** Reads the headers of a tar file and skips over contents; nothing is unpacked. */
export async function visitTar(handle: FileHandle, { onEntry, refuse, signal }: TarVisit): Promise<void> {
  const { size: total } = await handle.stat();
  const block = Buffer.alloc(tarBlockBytes);
  let position = 0;
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(block, 0, tarBlockBytes, position);
    if (bytesRead < tarBlockBytes) throw refuse('cut-off', block);
    const header = readTarHeader(block);
    if (header === 'end') return;
    if (!header) throw refuse('no-header', block);
    const offset = position + tarBlockBytes;
    onEntry(header, { offset, size: header.size });
    if (offset + header.size > total) throw refuse('cut-off', block);
    position = offset + header.size + paddingOf(header.size);
  }
}

import { damaged } from '../format/damage.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import { tarEnd, tarHeader, tarPadding } from '../tar/tar-header.ts';
import type { Blobs } from './blobs.ts';
import type { ChunkReader, Segment } from './chunk-reader.ts';
import { readIndex } from './index-reader.ts';
import type { StoredPack } from './pack-writer.ts';

/** Pieces whose bytes are being fetched ahead of the one handed out, so that decompression uses several cores. */
const lookAhead = 12;

/** One volume of a snapshot as a tar stream, its names below `root`. Raises `snapshot.damaged`. */
export async function* readVolumeTar(source: {
  readonly blobs: Blobs;
  readonly index: StoredPack;
  readonly reader: ChunkReader;
  readonly volume: string;
  readonly root: string;
  /** Called with the content's size when an entry begins. */
  readonly onEntry: (bytes: number) => void;
  readonly signal: AbortSignal;
}): AsyncGenerator<Buffer> {
  const { blobs, index, reader, volume, signal } = source;
  const waiting: Promise<Buffer>[] = [];
  for await (const piece of pieces(readIndex(blobs, index), source)) {
    signal.throwIfAborted();
    const bytes = Buffer.isBuffer(piece) ? Promise.resolve(piece) : reader.read(piece);
    // Awaited in its turn below; a failure before that is not unheard.
    bytes.catch(() => undefined);
    waiting.push(bytes);
    if (waiting.length > lookAhead) yield await next(waiting);
  }
  if (waiting.length === 0) throw damaged('The file index', `it does not hold volume ${volume}`);
  while (waiting.length > 0) yield await next(waiting);
  yield tarEnd;
}

async function* pieces(
  entries: AsyncIterable<IndexedEntry>,
  source: { readonly reader: ChunkReader; readonly volume: string; readonly root: string; readonly onEntry: (bytes: number) => void },
): AsyncGenerator<Buffer | Segment> {
  const { reader, volume, root, onEntry } = source;
  for await (const { volume: holder, entry, chunks } of entries) {
    if (holder !== volume) continue;
    const size = entry.type === 'file' ? entry.size : 0;
    onEntry(size);
    yield tarHeader(entry, root);
    let sent = 0;
    for await (const segment of reader.segments(chunks)) {
      sent += segment.bytes;
      yield segment;
    }
    if (sent !== size) throw damaged('The file index', `${JSON.stringify(entry.path)} has another size than its content`);
    yield tarPadding(size);
  }
}

async function next(waiting: Promise<Buffer>[]): Promise<Buffer> {
  return (await waiting.shift()) ?? Buffer.alloc(0);
}

import { damaged } from '../format/damage.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import { chosenEntries } from './chosen-entries.ts';
import { lookAhead } from './look-ahead.ts';
import { tarEnd, tarHeader, tarPadding } from '../tar/tar-header.ts';
import type { Blobs } from './blobs.ts';
import type { ChunkReader, Segment } from './chunk-reader.ts';
import { readIndex } from './index-reader.ts';
import type { StoredPack } from './pack-writer.ts';

interface VolumeSource {
  readonly blobs: Blobs;
  readonly index: StoredPack;
  readonly reader: ChunkReader;
  readonly volume: string;
  readonly root: string;
  /** The only paths to tell of; hard links among them become files. */
  readonly paths?: readonly string[];
  /** Called with the content's size when an entry begins. */
  readonly onEntry: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** One volume of a snapshot as a tar stream, its names below `root`. Raises `snapshot.damaged`. */
export async function* readVolumeTar(source: VolumeSource): AsyncGenerator<Buffer> {
  const { blobs, index, reader, volume, paths, signal } = source;
  const entries = chosenEntries(readIndex(blobs, index), { volume, ...(paths ? { paths } : {}) });
  yield* lookAhead(pieces(entries, source), (piece) => {
    signal.throwIfAborted();
    return Buffer.isBuffer(piece) ? piece : reader.read(piece);
  });
  yield tarEnd;
}

async function* pieces(entries: AsyncIterable<IndexedEntry>, { reader, volume, root, onEntry }: VolumeSource): AsyncGenerator<Buffer | Segment> {
  let isThere = false;
  for await (const indexed of entries) {
    isThere = true;
    const { entry } = indexed;
    const size = entry.type === 'file' ? entry.size : 0;
    onEntry(size);
    yield tarHeader(entry, root);
    yield* reader.segments(indexed);
    yield tarPadding(size);
  }
  if (!isThere) throw damaged('The file index', `it does not hold volume ${volume}, or nothing of what was chosen`);
}

import { damaged } from '../format/damage.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import { type IndexLine, parseIndexLine } from '../format/parse-index-line.ts';
import { TreeRules } from '../format/tree-rules.ts';
import type { Blobs } from './blobs.ts';
import { PackReader } from './pack-reader.ts';
import type { StoredPack } from './pack-writer.ts';

/**
 * The entries of a file index in order, volume by volume. Each has been held to the rules of the format: whoever
 * writes them to a real file system can't be led out of the volume. Raises `snapshot.damaged`.
 */
export async function* readIndex(blobs: Blobs, index: StoredPack): AsyncGenerator<IndexedEntry> {
  const rules = new TreeRules();
  let volume: string | undefined;
  let pending: (IndexedEntry & { readonly chunks: number[] }) | undefined;
  for await (const lines of readPieces(blobs, index)) {
    for (const text of lines) {
      const line = parseLine(text);
      if (line.kind === 'more') {
        if (pending?.entry.type !== 'file') throw damaged('The file index', 'a content list belongs to no file');
        for (const number of line.chunks) pending.chunks.push(number);
        continue;
      }
      if (pending) yield pending;
      pending = undefined;
      if (line.kind === 'volume') {
        volume = line.name;
        rules.startVolume(volume);
        continue;
      }
      if (volume === undefined) throw damaged('The file index', 'it begins without a volume');
      const { entry, chunks, offset } = line;
      rules.check(entry);
      pending = { volume, entry, chunks, offset };
    }
  }
  if (pending) yield pending;
}

/** The lines of each piece of the index. */
async function* readPieces(blobs: Blobs, index: StoredPack): AsyncGenerator<readonly string[]> {
  const pack = await PackReader.open(blobs, index);
  try {
    for (const frame of pack.table.frames) {
      const text = (await pack.readFrame(frame)).toString('utf8');
      if (!text.endsWith('\n')) throw damaged('The file index', 'a line is cut off');
      yield text.slice(0, -1).split('\n');
    }
  } finally {
    await pack.close();
  }
}

function parseLine(text: string): IndexLine {
  try {
    return parseIndexLine(text);
  } catch (error) {
    throw damaged('The file index', 'it holds a line that is not of the format', { cause: error });
  }
}

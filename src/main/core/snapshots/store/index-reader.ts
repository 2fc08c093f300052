import { damaged } from '../format/damage.ts';
import type { IndexedEntry } from '../format/index-line.ts';
import { readIndexLine } from '../format/parse-index-line.ts';
import { TreeRules } from '../format/tree-rules.ts';
import type { Blobs } from './blobs.ts';
import { EntryTexts } from './entry-texts.ts';
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
  for await (const piece of readPieces(blobs, index)) {
    for (const text of piece.split('\n')) {
      const line = readIndexLine(text);
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

/**
 * The entries of one volume as they stand in the index, not parsed: each with its lines, some at a time. They are held
 * to no rule; whoever parses them (`parseEntry`) has to. Raises `snapshot.damaged`.
 */
export async function* readEntryTexts(blobs: Blobs, index: StoredPack, volume: string): AsyncGenerator<readonly string[], undefined> {
  const texts = new EntryTexts(volume);
  for await (const piece of readPieces(blobs, index)) {
    yield texts.add(piece);
    if (texts.isEnded) return undefined;
  }
  yield texts.rest();
  return undefined;
}

/** An entry of `EntryTexts`. Raises `snapshot.damaged`. */
export function parseEntry(volume: string, text: string): IndexedEntry {
  const [first = '', ...rest] = text.split('\n');
  const line = readIndexLine(first);
  if (line.kind !== 'entry') throw damaged('The file index', 'it holds a line that is not of the format');
  const { entry, chunks, offset } = line;
  for (const more of rest) {
    const parsed = readIndexLine(more);
    if (entry.type !== 'file' || parsed.kind !== 'more') throw damaged('The file index', 'a content list belongs to no file');
    for (const number of parsed.chunks) chunks.push(number);
  }
  return { volume, entry, chunks, offset };
}

/** The text of each piece of the index, without the last line feed. */
async function* readPieces(blobs: Blobs, index: StoredPack): AsyncGenerator<string> {
  const pack = await PackReader.open(blobs, index);
  try {
    for (const frame of pack.table.frames) {
      const text = (await pack.readFrame(frame)).toString('utf8');
      if (!text.endsWith('\n')) throw damaged('The file index', 'a line is cut off');
      yield text.slice(0, -1);
    }
  } finally {
    await pack.close();
  }
}

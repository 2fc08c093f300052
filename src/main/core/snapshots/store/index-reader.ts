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
  for await (const piece of readPieces(blobs, index)) {
    for (const text of piece.split('\n')) {
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

/** Whether lines may be of types that are no entries: those stand in quotes, unless something is escaped. */
function mayBeNoEntry(lines: string): boolean {
  return lines.includes('"volume"') || lines.includes('"more"') || lines.includes('\\');
}

/**
 * The entries of one volume as they stand in the index, not parsed: each with its lines, some at a time. They are held
 * to no rule; whoever parses them (`parseEntry`) has to. Raises `snapshot.damaged`.
 */
export async function* readEntryTexts(blobs: Blobs, index: StoredPack, volume: string): AsyncGenerator<readonly string[], undefined> {
  let isOurs = false;
  let texts: string[] = [];
  for await (const piece of readPieces(blobs, index)) {
    const isPlain = !mayBeNoEntry(piece);
    if (isPlain && !isOurs) continue;
    for (const line of piece.split('\n')) {
      const parsed = isPlain || !mayBeNoEntry(line) ? undefined : parseLine(line);
      if (parsed?.kind === 'volume') {
        if (isOurs) {
          yield texts;
          return undefined;
        }
        isOurs = parsed.name === volume;
      } else if (isOurs && parsed?.kind === 'more') {
        const file = texts.pop();
        if (file === undefined) throw damaged('The file index', 'a content list belongs to no file');
        texts.push(`${file}\n${line}`);
      } else if (isOurs) {
        texts.push(line);
      }
    }
    // The last one may go on in the next piece.
    const last = texts.pop();
    yield texts;
    texts = last === undefined ? [] : [last];
  }
  yield texts;
  return undefined;
}

/** An entry of `readEntryTexts`. Raises `snapshot.damaged`. */
export function parseEntry(volume: string, text: string): IndexedEntry {
  const [first = '', ...rest] = text.split('\n');
  const line = parseLine(first);
  if (line.kind !== 'entry') throw damaged('The file index', 'it holds a line that is not of the format');
  const { entry, chunks, offset } = line;
  for (const more of rest) {
    const parsed = parseLine(more);
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

function parseLine(text: string): IndexLine {
  try {
    return parseIndexLine(text);
  } catch (error) {
    throw damaged('The file index', 'it holds a line that is not of the format', { cause: error });
  }
}

import { damaged } from '../format/damage.ts';
import { type IndexedEntry, type IndexLine, indexLine } from '../format/index-line.ts';
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
  let pending: { volume: string; entry: IndexedEntry['entry']; chunks: number[]; offset: number } | undefined;
  for await (const line of readLines(blobs, index)) {
    if (line.type === 'more') {
      if (pending?.entry.type !== 'file') throw damaged('The file index', 'a content list belongs to no file');
      for (const number of line.chunks) pending.chunks.push(number);
      continue;
    }
    if (pending) yield pending;
    pending = undefined;
    if (line.type === 'volume') {
      volume = line.name;
      rules.startVolume(volume);
      continue;
    }
    if (volume === undefined) throw damaged('The file index', 'it begins without a volume');
    const { entry, chunks, offset } = split(line);
    rules.check(entry);
    pending = { volume, entry, chunks, offset };
  }
  if (pending) yield pending;
}

async function* readLines(blobs: Blobs, index: StoredPack): AsyncGenerator<IndexLine> {
  const pack = await PackReader.open(blobs, index);
  try {
    for (const frame of pack.table.frames) {
      const text = (await pack.readFrame(frame)).toString('utf8');
      if (!text.endsWith('\n')) throw damaged('The file index', 'a line is cut off');
      for (const line of text.slice(0, -1).split('\n')) yield parseLine(line);
    }
  } finally {
    await pack.close();
  }
}

function parseLine(line: string): IndexLine {
  try {
    return indexLine.parse(JSON.parse(line));
  } catch (error) {
    throw damaged('The file index', 'it holds a line that is not of the format', { cause: error });
  }
}

function split(line: Exclude<IndexLine, { type: 'volume' | 'more' }>): { entry: IndexedEntry['entry']; chunks: number[]; offset: number } {
  const { xattrs, ...rest } = line;
  const attributes = xattrs === undefined ? {} : { xattrs };
  if (rest.type !== 'file') return { entry: { ...rest, ...attributes }, chunks: [], offset: 0 };
  const { chunks, offset, ...entry } = rest;
  return { entry: { ...entry, ...attributes }, chunks, offset };
}

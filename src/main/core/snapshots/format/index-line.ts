import type { VolumeEntry } from './volume-entry.ts';

/**
 * A file's content: runs of chunks, flat triples of pack number, ordinal of the first chunk in that pack, count of
 * chunks. Packs count from 0 in the order of the manifest's layers, the index itself left out.
 */
export type ChunkRuns = readonly number[];

/** Where a file's content lies. */
export interface FileContent {
  /** Empty for everything but files, and for empty files. */
  readonly chunks: ChunkRuns;
  /** Where it begins in the one chunk that it shares with other small files; 0 for content with chunks of its own. */
  readonly offset: number;
}

/** An entry of a volume with its whole content list. */
export interface IndexedEntry extends FileContent {
  readonly volume: string;
  readonly entry: VolumeEntry;
}

/** In lines as `formatEntry` writes them, quotes within strings are escaped: these are content lists and nothing else. */
const contentLists = /,"chunks":\[([\d,]+)\]/g;

/** Lines of `formatEntry` with other numbers of the packs, in the order in which they stand there. */
export function renumberedLines(lines: string, numberOf: (pack: number) => number | string): string {
  return lines.replace(contentLists, (_list, runs: string) => {
    const fields = runs.split(',').map((field, at) => (at % 3 === 0 ? numberOf(Number(field)) : field));
    return `,"chunks":[${fields.join()}]`;
  });
}

const filePathStart = '{"type":"file","path":"';

/** Whether lines of `formatEntry` are a file's. */
export function areFileLines(lines: string): boolean {
  return lines.startsWith(filePathStart);
}

/** The path in a file's lines of `formatEntry`. */
export function pathOfFileLines(lines: string): string {
  const path = lines.slice(filePathStart.length, lines.indexOf('","mode":'));
  return path.includes('\\') ? String(JSON.parse(`"${path}"`)) : path;
}

/** Long content lists are split, so that a line stays far below the largest chunk. */
const runsPerLine = 8192 * 3;

/** The lines of one entry, each with its line feed. Put together by hand: `JSON.stringify` of objects takes five times as long. */
export function formatEntry(entry: VolumeEntry, { chunks, offset }: FileContent): readonly string[] {
  let first = `{"type":"${entry.type}","path":${JSON.stringify(entry.path)},"mode":${entry.mode},"uid":${entry.uid},"gid":${entry.gid},"mtime":${entry.mtime}`;
  if (entry.nanos !== 0) first += `,"nanos":${entry.nanos}`;
  if (entry.xattrs) first += `,"xattrs":${JSON.stringify(entry.xattrs)}`;
  if (entry.type === 'file') first += `,"size":${entry.size}`;
  else if ('target' in entry) first += `,"target":${JSON.stringify(entry.target)}`;
  else if ('device' in entry) first += `,"device":[${entry.device.join()}]`;
  if (chunks.length > 0) first += `,"chunks":[${(chunks.length > runsPerLine ? chunks.slice(0, runsPerLine) : chunks).join()}]`;
  if (offset !== 0) first += `,"offset":${offset}`;
  const lines = [`${first}}\n`];
  for (let at = runsPerLine; at < chunks.length; at += runsPerLine) {
    lines.push(`${JSON.stringify({ type: 'more', chunks: chunks.slice(at, at + runsPerLine) })}\n`);
  }
  return lines;
}

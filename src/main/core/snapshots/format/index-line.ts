import { z } from 'zod';
import type { VolumeEntry } from './volume-entry.ts';

/**
 * A file's content: runs of chunks, flat triples of pack number, ordinal of the first chunk in that pack, count of
 * chunks. Packs count from 0 in the order of the manifest's layers, the index itself left out.
 */
export type ChunkRuns = readonly number[];

const chunkRuns = z.array(z.number().int().nonnegative().max(0xffff_ffff)).refine((runs) => runs.length % 3 === 0);
const common = {
  path: z.string(),
  mode: z.number().int().min(0).max(0o7777),
  uid: z.number().int().nonnegative(),
  gid: z.number().int().nonnegative(),
  mtime: z.number().int(),
  nanos: z.number().int().min(0).max(999_999_999).default(0),
  xattrs: z.record(z.string(), z.base64()).optional(),
};
const deviceNumber = z.number().int().nonnegative().max(0xffff_ffff);

/** One line of a file index (FORMAT.md, "File index"). */
export const indexLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('volume'), name: z.string() }),
  /** Goes on with the chunks of the file before it. */
  z.object({ type: z.literal('more'), chunks: chunkRuns }),
  z.object({ type: z.literal('directory'), ...common }),
  z.object({ type: z.literal('file'), ...common, size: z.number().int().nonnegative(), chunks: chunkRuns.default([]), offset: z.number().int().nonnegative().default(0) }),
  z.object({ type: z.enum(['symlink', 'hardlink']), ...common, target: z.string() }),
  z.object({ type: z.literal('fifo'), ...common }),
  z.object({ type: z.enum(['character', 'block']), ...common, device: z.tuple([deviceNumber, deviceNumber]) }),
]);
export type IndexLine = z.infer<typeof indexLine>;

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

/** Long content lists are split, so that a line stays far below the largest chunk. */
const runsPerLine = 8192 * 3;

/** The lines of one entry, each with its line feed. */
export function formatEntry(entry: VolumeEntry, { chunks, offset }: FileContent): string {
  const { nanos, ...rest } = entry;
  const line = JSON.stringify({
    ...rest,
    ...(nanos === 0 ? {} : { nanos }),
    ...(chunks.length === 0 ? {} : { chunks: chunks.length > runsPerLine ? chunks.slice(0, runsPerLine) : chunks }),
    ...(offset === 0 ? {} : { offset }),
  });
  let lines = `${line}\n`;
  for (let at = runsPerLine; at < chunks.length; at += runsPerLine) {
    lines += `${JSON.stringify({ type: 'more', chunks: chunks.slice(at, at + runsPerLine) })}\n`;
  }
  return lines;
}

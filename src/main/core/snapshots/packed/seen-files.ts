import type { FileContent } from '../format/index-line.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';

/** How the files of a volume looked when they were read: what the helper may skip next time. */
export interface SeenFiles {
  /** File records for the helper, one after the other. */
  readonly records: Buffer;
  /** The file of the record at that position, counted from 0. Quick when positions only grow from call to call. */
  file(position: number): SeenFile | SeenLines;
}

/** A file as it was told by the first reading of the snapshot that is being written. */
export interface SeenFile extends FileContent {
  readonly entry: VolumeEntry;
}

/** A file's lines in the index of an earlier snapshot. */
export interface SeenLines {
  /** As `formatEntry` wrote them, the last one without its line feed. */
  readonly text: string;
  /** Digests of the packs as they count them. */
  readonly packs: readonly string[];
}

/** What is remembered of a volume's files: the records, and of each which file of the volume it is, counted from 0 in the index's order. */
export interface SeenRecords {
  readonly records: Buffer;
  readonly positions: Uint32Array;
}

export const nothingSeen: SeenFiles = {
  records: Buffer.alloc(0),
  file: () => {
    throw notSeen();
  },
};

/** What is wrong with a position that nothing was told of. */
export function notSeen(): Error {
  return new Error('the helper skipped a file that was not seen before');
}

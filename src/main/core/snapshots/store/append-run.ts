import type { ChunkPlace } from './chunk-table.ts';

/** Adds a chunk to a content list, making the last run longer where it goes on. */
export function appendRun(runs: number[], { pack, ordinal }: ChunkPlace): void {
  const last = runs.length - 3;
  const goesOn = last >= 0 && runs[last] === pack && (runs[last + 1] ?? 0) + (runs[last + 2] ?? 0) === ordinal;
  if (goesOn) runs[last + 2] = (runs[last + 2] ?? 0) + 1;
  else runs.push(pack, ordinal, 1);
}

import type { Logger } from '../../base/logger.ts';
import { chunkHashAt } from '../format/pack-table.ts';
import type { Blobs } from './blobs.ts';
import { ChunkTable } from './chunk-table.ts';
import { PackReader } from './pack-reader.ts';
import type { StoredPack } from './pack-writer.ts';

/** Where every chunk of the given packs lies. A pack that can't be read is left out: its content is then stored anew. */
export async function readKnownChunks(
  blobs: Blobs,
  packs: readonly StoredPack[],
  { signal, logger }: { signal: AbortSignal; logger: Logger },
): Promise<ChunkTable> {
  const table = new ChunkTable();
  for (const [position, pack] of packs.entries()) {
    signal.throwIfAborted();
    try {
      const reader = await PackReader.open(blobs, pack);
      for (let ordinal = 0; ordinal < reader.table.chunkCount; ordinal += 1) {
        table.add(chunkHashAt(reader.table, ordinal), { pack: position, ordinal });
      }
      await reader.close();
    } catch (error) {
      logger.warn('A pack is left out of deduplication', { pack: pack.digest, error: String(error) });
    }
  }
  return table;
}

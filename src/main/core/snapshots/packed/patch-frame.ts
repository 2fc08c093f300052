import { Encoder } from '@toondepauw/node-zstd';
import type { ChunkReader, Segment } from '../store/chunk-reader.ts';

/** Raw bytes after which the frame is sent: as much as is worth a compression of its own. */
const fullBytes = 512 * 1024;

const encoder = new Encoder(1);

/**
 * A frame put together from stretches of stored frames of which little else is wanted: a page of a database costs the
 * helper a page then, and not the 256 KiB around it.
 */
export class PatchFrame {
  #stretches: Segment[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  get isFull(): boolean {
    return this.#bytes >= fullBytes;
  }

  /** Takes a stretch in, shorter than half a frame, and says where in the frame it begins. */
  add(stretch: Segment): number {
    const start = this.#bytes;
    this.#stretches.push(stretch);
    this.#bytes += stretch.bytes;
    return start;
  }

  /** Begins the next frame; the stretches of this one, undefined when it has none. */
  take(): readonly Segment[] | undefined {
    if (this.#bytes === 0) return undefined;
    const stretches = this.#stretches;
    this.#stretches = [];
    this.#bytes = 0;
    return stretches;
  }
}

/** The frame of stretches, compressed. Raises `snapshot.damaged` for chunks that are not what the packs' tables say. */
export async function encodePatch(stretches: readonly Segment[], reader: ChunkReader): Promise<{ readonly rawBytes: number; readonly compressed: Buffer }> {
  const raw = Buffer.allocUnsafe(stretches.reduce((sum, { bytes }) => sum + bytes, 0));
  let at = 0;
  for (const stretch of stretches) at += (await reader.readChecked(stretch)).copy(raw, at);
  return { rawBytes: raw.length, compressed: await encoder.encode(raw) };
}

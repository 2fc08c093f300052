import { copyBytes } from '../../base/copy-bytes.ts';
import { type FileRecord, fileRecordBytes } from './packed-entry.ts';
import type { SeenRecords } from './seen-files.ts';

/** Gathers file records as the helper wants them back. */
export class FileRecords {
  #bytes = Buffer.allocUnsafe(64 * fileRecordBytes);
  #positions = new Uint32Array(64);
  #count = 0;

  /** Copies the record of the file that is at that position in the volume. */
  add({ bytes, at }: FileRecord, position: number): void {
    if (this.#count === this.#positions.length) this.#grow();
    copyBytes(bytes, at, fileRecordBytes, this.#bytes, this.#count * fileRecordBytes);
    this.#positions[this.#count] = position;
    this.#count += 1;
  }

  /** What was added. Not to be added to any more. */
  all(): SeenRecords {
    return { records: this.#bytes.subarray(0, this.#count * fileRecordBytes), positions: this.#positions.subarray(0, this.#count) };
  }

  #grow(): void {
    const bytes = Buffer.allocUnsafe(this.#bytes.length * 2);
    this.#bytes.copy(bytes);
    this.#bytes = bytes;
    const positions = new Uint32Array(this.#positions.length * 2);
    positions.set(this.#positions);
    this.#positions = positions;
  }
}

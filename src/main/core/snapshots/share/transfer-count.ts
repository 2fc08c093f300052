import type { OnTransfer } from './snapshot-remote.ts';

/** Adds up what blobs that travel side by side tell of themselves. */
export class TransferCount {
  readonly #moved = new Map<string, number>();
  readonly #onTransfer: OnTransfer | undefined;
  #totalBytes: number;
  #reusedBytes = 0;

  constructor(totalBytes: number, onTransfer: OnTransfer | undefined) {
    this.#totalBytes = totalBytes;
    this.#onTransfer = onTransfer;
  }

  get movedBytes(): number {
    return [...this.#moved.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  get reusedBytes(): number {
    return this.#reusedBytes;
  }

  /** So much of this blob has travelled by now. */
  moved(digest: string, bytes: number): void {
    this.#moved.set(digest, bytes);
    this.#tell();
  }

  /** This blob needn't travel. */
  reused(bytes: number): void {
    this.#totalBytes -= bytes;
    this.#reusedBytes += bytes;
    this.#tell();
  }

  #tell(): void {
    this.#onTransfer?.({ bytes: this.movedBytes, totalBytes: this.#totalBytes, reusedBytes: this.#reusedBytes });
  }
}

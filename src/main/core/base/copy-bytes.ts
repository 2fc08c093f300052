/**
 * Copies `length` bytes. Of a few dozen, `Buffer.copy` and `set` take several times as long: they make a view of the
 * source first.
 */
export function copyBytes(from: Uint8Array, at: number, length: number, to: Uint8Array, start: number): void {
  if (length > 256) {
    to.set(from.subarray(at, at + length), start);
    return;
  }
  for (let i = 0; i < length; i += 1) to[start + i] = from[at + i] ?? 0;
}

/** Whether a file shares a chunk with its neighbours (FORMAT.md, "Choice of chunks"). */
export function isSmallFile(size: number): boolean {
  return size > 0 && size < 16 * 1024 && size % 4096 !== 0;
}

/** No group grows beyond this. */
export const groupLimitBytes = 128 * 1024;

/**
 * Whether a file begins a new group, told by its path alone (the bytes after the volume's root): so groups begin at the
 * same files though others come and go. One in 32 does. FNV-1a, 32 bits.
 */
export function beginsGroup(path: Buffer): boolean {
  let hash = 0x811c9dc5;
  for (const byte of path) hash = Math.imul(hash ^ byte, 0x01000193);
  return ((hash >>> 16) & 31) === 0;
}

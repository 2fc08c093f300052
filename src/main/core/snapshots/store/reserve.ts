import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isNoSpace } from '../../base/errno.ts';

/** Enough for a lock and the list of thousands of snapshots, in bytes. */
const reservedBytes = 512 * 1024;

function fileOf(directory: string): string {
  return path.join(directory, 'slipway', 'reserve');
}

/** Keeps room on the disk: where none is left, not even a removal could be noted. Without room, it keeps none. */
export async function fillReserve(directory: string): Promise<void> {
  const file = fileOf(directory);
  const held = await stat(file).catch(() => undefined);
  if (held?.size === reservedBytes) return;
  // Bytes that no file system leaves out or makes smaller by much.
  await writeFile(file, Buffer.alloc(reservedBytes, 'reserve')).catch(() => rm(file, { force: true }));
}

/** Does what makes room; where there is none to begin with, in the room that was kept. */
export async function withReserve<Result>(directory: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    await rm(fileOf(directory), { force: true });
    return action();
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A new empty directory, for callers that remove it themselves (e.g. in `afterAll`). */
export function makeTempDir(name = 'test'): Promise<string> {
  return mkdtemp(path.join(tmpdir(), `slipway-${name}-`));
}

/** Removes what `makeTempDir` made, with its content. */
export function removeTempDir(directory: string): Promise<void> {
  return rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** A new empty directory that is removed when the running test has finished. */
export async function tempDir(name = 'test'): Promise<string> {
  const directory = await makeTempDir(name);
  onTestFinished(() => removeTempDir(directory));
  return directory;
}

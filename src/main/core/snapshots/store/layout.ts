import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { isMissing } from '../../base/errno.ts';
import { Fault } from '../../base/fault.ts';
import { damaged, tooNew } from '../format/damage.ts';
import { type Descriptor, type ImageIndex, imageIndex, mediaTypes } from '../format/manifest.ts';

const layoutFile = { imageLayoutVersion: '1.0.0' };

/**
 * Makes `directory` an OCI image layout when it is none yet. Raises `snapshot.unsupported` for a layout of another
 * version, and `storage.failed` for a directory that holds other things.
 */
export async function prepareLayout(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'oci-layout');
  const text = await readOptional(file);
  if (text === undefined) {
    await writeFileAtomic(file, JSON.stringify(layoutFile));
    return;
  }
  const version = parse(text, (value) => (value as Partial<typeof layoutFile>).imageLayoutVersion);
  if (version === undefined) {
    throw new Fault({
      code: 'storage.failed',
      message: `${directory} is not a snapshot store.`,
      hint: 'Choose an empty folder, or one that Slipway made.',
    });
  }
  if (version !== layoutFile.imageLayoutVersion) throw tooNew(`The snapshot store ${directory}`);
}

/** `index.json`; an empty one where there is none yet. Raises `snapshot.damaged`. */
export async function readImageIndex(directory: string): Promise<ImageIndex> {
  const text = await readOptional(path.join(directory, 'index.json'));
  if (text === undefined) return { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] };
  const index = parse(text, (value) => imageIndex.parse(value));
  if (!index) {
    throw new Fault({
      code: 'snapshot.damaged',
      message: `The list of snapshots, ${path.join(directory, 'index.json')}, can't be read.`,
      hint: 'Put back a copy of this file, or move it away: the snapshots themselves are in the folder beside it.',
    });
  }
  return index;
}

/** Replaces the list of manifests. Only under the store's `index` or `prune` lock. */
export async function changeImageIndex(
  directory: string,
  change: (manifests: readonly Descriptor[]) => readonly Descriptor[],
): Promise<void> {
  const index = await readImageIndex(directory);
  const changed = { ...index, manifests: change(index.manifests) };
  await writeFileAtomic(path.join(directory, 'index.json'), JSON.stringify(changed));
}

/** Removes what processes left that were killed while they replaced a file. Only under the `prune` lock. */
export async function removeUnfinishedWrites(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/^(index\.json|oci-layout)\.\d+$/.test(name)) await rm(path.join(directory, name), { force: true });
  }
}

/** Parses a JSON document of the store; raises `snapshot.damaged` when it isn't of its format. */
export function parseDocument<Value>(bytes: Buffer, what: string, read: (value: unknown) => Value): Value {
  const value = parse(bytes.toString('utf8'), (json) => ({ read: read(json) }));
  if (!value) throw damaged(what, 'it is not of the format');
  return value.read;
}

function parse<Value>(text: string, read: (value: unknown) => Value): Value | undefined {
  try {
    return read(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readOptional(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

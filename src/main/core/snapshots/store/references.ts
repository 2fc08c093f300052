import { anyManifest, type Descriptor, mediaTypes } from '../format/manifest.ts';
import type { Blobs } from './blobs.ts';
import { parseDocument, readImageIndex } from './layout.ts';

const manifestTypes: readonly string[] = [
  mediaTypes.manifest,
  mediaTypes.index,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/**
 * Every blob that `index.json` leads to, per top-level manifest: images that other tools put here count like
 * snapshots. A manifest that can't be read leads to itself alone and is named in `unreadable`, as nobody can say then
 * which blobs it needs.
 */
export async function findReferences(
  blobs: Blobs,
): Promise<{ readonly byManifest: ReadonlyMap<string, ReadonlySet<string>>; readonly unreadable: readonly string[] }> {
  const { manifests } = await readImageIndex(blobs.directory);
  const byManifest = new Map<string, Set<string>>();
  const unreadable: string[] = [];
  for (const manifest of manifests) {
    const found = new Set<string>();
    if (!(await follow(blobs, manifest, found))) unreadable.push(manifest.digest);
    byManifest.set(manifest.digest, found);
  }
  return { byManifest, unreadable };
}

async function follow(blobs: Blobs, descriptor: Descriptor, found: Set<string>): Promise<boolean> {
  if (found.has(descriptor.digest)) return true;
  found.add(descriptor.digest);
  if (!manifestTypes.includes(descriptor.mediaType)) return true;
  try {
    const bytes = await blobs.readDocument(descriptor, 'A manifest');
    const { config, layers = [], manifests = [] } = parseDocument(bytes, 'A manifest', (value) => anyManifest.parse(value));
    let whole = true;
    for (const next of [...(config ? [config] : []), ...layers, ...manifests]) {
      whole = (await follow(blobs, next, found)) && whole;
    }
    return whole;
  } catch {
    return false;
  }
}

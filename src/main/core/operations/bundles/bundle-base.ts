import { readFile } from 'node:fs/promises';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { BundledImage } from '../../bundles/bundle-manifest.ts';
import { type Bundle, openBundle } from '../../bundles/open-bundle.ts';
import type { Engine } from '../../engine/engine.ts';
import { findImage } from '../../stacks/images.ts';

/** What the machine that a bundle is for has already. */
export interface BundleBase {
  readonly layers: ReadonlySet<string>;
  /** Blobs of snapshots. */
  readonly blobs: ReadonlySet<string>;
  /** Images whose config can be taken from the other bundle. */
  readonly images: ReadonlyMap<string, { readonly image: BundledImage; readonly bundle: Bundle }>;
}

export const emptyBase: BundleBase = { layers: new Set(), blobs: new Set(), images: new Map() };

/**
 * Reads what the other machine has: a bundle that was imported there, or a lock whose images it runs (they must be on
 * this engine too, as only then their layers are known). Raises `usage.invalid`, `bundle.damaged`.
 */
export async function readBase(engine: Engine, file: string, { signal }: Cancellable): Promise<BundleBase> {
  const lock = await readLock(file);
  if (lock) return baseOfLock(engine, lock, { signal });
  const bundle = await openBundle(file, { signal });
  const { images, snapshots } = bundle.manifest;
  return {
    layers: new Set(images.flatMap(({ layers }) => layers.map(({ diffId }) => diffId))),
    blobs: new Set(snapshots.flatMap(({ blobs }) => blobs.map(({ digest }) => digest))),
    images: new Map(images.map((image) => [image.id, { image, bundle }])),
  };
}

const maxLockBytes = 4 * 1024 * 1024;
const digestPattern = /sha256:[0-9a-f]{64}/;

/** `reference → digest` of a lock file, JSON or YAML; undefined for a file that is no text. */
async function readLock(file: string): Promise<ReadonlyMap<string, string> | undefined> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new Fault({ code: 'usage.invalid', message: `${file} can't be read.`, hint: 'Name a bundle or a lock file.', detail: String(error) }, { cause: error });
  });
  if (bytes.length > maxLockBytes || bytes.includes(0)) return undefined;
  const found = [...bytes.toString('utf8').matchAll(/^\s*["']?([^\s"']+?)["']?\s*:\s*["']?(?:[^\s"']*@)?(sha256:[0-9a-f]{64})["']?/gm)];
  if (found.length === 0 && !digestPattern.test(bytes.toString('utf8'))) return undefined;
  return new Map(found.map(([, reference = '', digest = '']) => [reference, digest]));
}

async function baseOfLock(engine: Engine, lock: ReadonlyMap<string, string>, { signal }: Cancellable): Promise<BundleBase> {
  const layers = new Set<string>();
  for (const [reference, digest] of lock) {
    const { familiarName, tag } = parseImageReference(reference.split('@')[0] ?? reference);
    const name = tag === undefined ? familiarName : familiarName.slice(0, -tag.length - 1);
    const image = await findImage(engine, `${name}@${digest}`, { signal });
    image?.layers.forEach((layer) => layers.add(layer));
  }
  return { ...emptyBase, layers };
}

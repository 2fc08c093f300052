import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { type FileRange, readRange } from '../base/file-range.ts';
import { visitTar } from '../base/tar-contents.ts';
import { type BlobReference, blobsOf, type BundleManifest, bundleManifest, bundleNames } from './bundle-manifest.ts';
import { bundleId } from './bundle-writer.ts';

const blobName = /^blobs\/sha256\/([0-9a-f]{64})$/;
const maxManifestBytes = 64 * 1024 * 1024;

/** Where a blob's bytes stand in the file. */
export type BlobPlace = BlobReference & FileRange;

/** A bundle file whose table of contents has been read. Blobs are read from where they stand; nothing is unpacked. */
export interface Bundle {
  readonly file: string;
  /** `sha256:…` of its document, which names everything in it by digest. */
  readonly id: string;
  readonly bytes: number;
  readonly manifest: BundleManifest;
  /** Raises `bundle.damaged` when the bundle lacks the blob. */
  readonly place: (blob: BlobReference) => BlobPlace;
  readonly read: (blob: BlobReference, options?: Cancellable) => AsyncIterable<Buffer>;
}

/**
 * Reads a bundle's table of contents and document, not its blobs. Raises `bundle.unsupported` for a file that is none
 * or of a newer version, `bundle.damaged` for one that is cut off or says what can't be.
 */
export async function openBundle(file: string, { signal }: Cancellable = {}): Promise<Bundle> {
  const entries = await listEntries(file, { signal });
  const place = entries.get(bundleNames.manifest);
  if (!place || !entries.has(bundleNames.layout)) throw notABundle(file);
  if (place.size > maxManifestBytes) throw damaged(file, 'its document is far too large');
  const document = await buffer(readRange(file, place, { signal }));
  const manifest = parse(file, document);
  const bundle: Bundle = {
    file,
    id: bundleId(document),
    bytes: (await stat(file)).size,
    manifest,
    place: ({ digest, size }) => {
      const found = entries.get(bundleNames.blob(digest));
      if (found?.size !== size) throw damaged(file, `it lacks the blob ${digest}`);
      return { digest, size, offset: found.offset };
    },
    read: (blob, options = {}) => readRange(file, bundle.place(blob), options),
  };
  checkFolders(file, manifest);
  return bundle;
}

/** Reads every byte that the bundle's document names and holds it against its digest. Raises `bundle.damaged`. */
export async function verifyBundle(
  bundle: Bundle,
  { signal, onBytes }: Cancellable & { readonly onBytes?: (done: number, total: number) => void } = {},
): Promise<void> {
  const blobs = blobsOf(bundle.manifest);
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const blob of blobs) {
    const hash = createHash('sha256');
    for await (const piece of bundle.read(blob, { signal })) {
      hash.update(piece);
      done += piece.length;
      onBytes?.(done, total);
    }
    if (`sha256:${hash.digest('hex')}` !== blob.digest) throw damaged(bundle.file, `the blob ${blob.digest} does not match its checksum`);
  }
}

export function damaged(file: string, why: string): Fault {
  return new Fault({
    code: 'bundle.damaged',
    message: `${file} is damaged: ${why}.`,
    hint: 'Copy the file again, or make the bundle anew. Nothing was imported.',
  });
}

async function listEntries(file: string, { signal }: Cancellable): Promise<ReadonlyMap<string, FileRange>> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new Fault(
      { code: 'usage.invalid', message: `${file} can't be read.`, hint: 'Check the name, and that you may read it.', detail: String(error) },
      { cause: error },
    );
  });
  try {
    const entries = new Map<string, FileRange>();
    const stranger = (why: string): Fault => (entries.size === 0 ? notABundle(file) : damaged(file, why));
    await visitTar(handle, {
      signal,
      onEntry: ({ kind, name: written }, content) => {
        if (kind === 'extended') throw stranger('there is something in it that no bundle holds');
        if (kind !== 'file') return;
        const name = written.replace(/^\.\//, '');
        const known = name === bundleNames.layout || name === bundleNames.index || name === bundleNames.manifest || blobName.test(name);
        if (!known || entries.has(name)) throw stranger(`“${name}” has no place in a bundle`);
        entries.set(name, content);
      },
      refuse: (flaw) => stranger(flaw === 'cut-off' ? 'it is cut off' : 'there is something in it that no bundle holds'),
    });
    return entries;
  } finally {
    await handle.close();
  }
}

function parse(file: string, document: Buffer): BundleManifest {
  let value: unknown;
  try {
    value = JSON.parse(document.toString('utf8'));
  } catch {
    throw damaged(file, 'its document is not JSON');
  }
  const version = z.object({ slipwayBundle: z.number() }).safeParse(value);
  if (version.success && version.data.slipwayBundle > 1) {
    throw new Fault({
      code: 'bundle.unsupported',
      message: `${file} was made by a newer Slipway.`,
      hint: 'Update Slipway on this machine.',
    });
  }
  const parsed = bundleManifest.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(file, `its document has a wrong ${issue?.path.map(String).join('.') ?? 'form'} (${issue?.message ?? ''})`);
}

/** No file may stand where another one needs a folder, nor twice. */
function checkFolders(file: string, { files }: BundleManifest): void {
  const paths = new Set<string>();
  for (const { path } of files) {
    if (paths.has(path)) throw damaged(file, `the file ${path} is in it twice`);
    paths.add(path);
  }
  for (const { path } of files) {
    const parts = path.split('/');
    const folder = parts.slice(0, -1).findIndex((_, index) => paths.has(parts.slice(0, index + 1).join('/')));
    if (folder >= 0) throw damaged(file, `${path} lies in a folder that is a file`);
  }
}

function notABundle(file: string): Fault {
  return new Fault({
    code: 'bundle.unsupported',
    message: `${file} is not a bundle that Slipway made.`,
    hint: 'A bundle is made with `slipway bundle create ENV -o FILE`, or by Export for offline use in the window.',
  });
}

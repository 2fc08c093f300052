import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import { z } from 'zod';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import type { BlobReference, BundledImage } from './bundle-manifest.ts';
import type { BundleWriter } from './bundle-writer.ts';

/** `manifest.json` of what `docker save` writes and `docker load` reads, in every version of the engine. */
const archiveManifest = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()) }));
const imageConfig = z.object({ rootfs: z.object({ diff_ids: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)) }) });

const maxDocumentBytes = 16 * 1024 * 1024;

type StoredLayer = Awaited<ReturnType<BundleWriter['addLayer']>>;
export type SavedImage = Pick<BundledImage, 'id' | 'config' | 'layers'>;

/**
 * Takes the images of a `docker save` stream into a bundle as it comes, each layer once. Every layer is held against
 * the digest that the image's config gives for it. Layers in `skip` are left out. Raises `engine.unsupported` for a
 * stream of another form.
 */
export async function storeSavedImages(
  saved: Readable,
  writer: BundleWriter,
  { skip, onBytes, signal }: Cancellable & { readonly skip: ReadonlySet<string>; readonly onBytes: (bytes: number) => void },
): Promise<SavedImage[]> {
  const layers = new Map<string, StoredLayer>();
  const links = new Map<string, string>();
  const documents = new Map<string, Buffer>();
  const entries = extract();
  const counted = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const piece of source) {
      onBytes((bytes += piece.length));
      yield piece;
    }
  };
  const reading = pipeline(saved, counted, entries, { ...(signal ? { signal } : {}) });
  const taking = (async () => {
    for await (const entry of entries) {
      const { name, type, linkname, size } = entry.header;
      if (type === 'symlink') links.set(name, path.posix.join(path.posix.dirname(name), linkname));
      else if (type === 'link') links.set(name, linkname);
      else if (type === 'file') {
        const content = await peeked(entry as unknown as AsyncIterable<Buffer>);
        if (isDocument(name, content.first, size)) documents.set(name, await buffer(content.all));
        else layers.set(name, await writer.addLayer(content.all, { skip, signal }));
      }
      entry.resume();
    }
  })();
  await Promise.all([reading, taking]);

  const manifest = parse(documents.get('manifest.json'), archiveManifest);
  const images: SavedImage[] = [];
  for (const { Config: configPath, Layers: layerPaths } of manifest) {
    const bytes = documents.get(configPath);
    const config = parse(bytes, imageConfig);
    const stored = await writer.addBytes(bytes ?? Buffer.alloc(0), { signal });
    images.push({ id: stored.digest, config: stored, layers: config.rootfs.diff_ids.map((diffId, index) => layerOf(layerPaths[index] ?? '', diffId)) });
  }
  return images;

  function layerOf(name: string, diffId: string): { diffId: string; blob?: BlobReference } {
    const layer = layers.get(links.get(name) ?? name);
    if (layer?.diffId !== diffId) throw unknownForm(`the layer ${name} is not what the image's config says`);
    return layer.blob ? { diffId, blob: layer.blob } : { diffId };
  }
}

/**
 * A `docker load` stream of images out of a bundle. The engine takes layers compressed, passes over those that it has
 * and checks each against its digest.
 */
export function loadableArchive(
  images: readonly BundledImage[],
  { read, signal }: Cancellable & { readonly read: (blob: BlobReference) => AsyncIterable<Buffer> },
): Readable {
  const tar = pack();
  const out = new PassThrough();
  const hex = (digest: string): string => digest.slice('sha256:'.length);
  const layerPath = (diffId: string): string => `${hex(diffId)}/layer.tar`;
  const fill = async (): Promise<void> => {
    const written = new Set<string>();
    for (const { id, config, layers } of images) {
      const configPath = `${hex(id)}.json`;
      for (const { name, blob } of [{ name: configPath, blob: config }, ...layers.map((layer) => ({ name: layerPath(layer.diffId), blob: layer.blob }))]) {
        if (!blob || written.has(name)) continue;
        written.add(name);
        await pipeline(read(blob), tar.entry({ name, size: blob.size }), { ...(signal ? { signal } : {}) });
      }
    }
    const manifest = images.map(({ id, references, layers }) => ({
      Config: `${hex(id)}.json`,
      RepoTags: references,
      Layers: layers.map(({ diffId }) => layerPath(diffId)),
    }));
    tar.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
    tar.finalize();
  };
  fill().catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))));
  pipeline(tar, out, { ...(signal ? { signal } : {}) }).catch((error: unknown) => out.destroy(error instanceof Error ? error : undefined));
  return out;
}

/** An entry's first piece, and all of it still to be read. */
async function peeked(entry: AsyncIterable<Buffer>): Promise<{ readonly first: Buffer; readonly all: AsyncIterable<Buffer> }> {
  const pieces = entry[Symbol.asyncIterator]();
  const first = await pieces.next();
  const all = async function* (): AsyncGenerator<Buffer> {
    if (first.done) return;
    yield first.value;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  };
  return { first: first.done ? Buffer.alloc(0) : first.value, all: all() };
}

/** Newer engines name everything by its digest, so that only the content tells a document from a layer. */
function isDocument(name: string, first: Buffer, size: number): boolean {
  if (size > maxDocumentBytes || name.endsWith('.tar')) return false;
  return /\.json$|\/json$|\/VERSION$|^(repositories|oci-layout)$/.test(name) || first[0] === 0x7b;
}

function parse<Shape extends z.ZodType>(bytes: Buffer | undefined, shape: Shape): z.infer<Shape> {
  try {
    return shape.parse(JSON.parse(bytes?.toString('utf8') ?? ''));
  } catch (error) {
    throw unknownForm(String(error));
  }
}

function unknownForm(detail: string): Fault {
  return new Fault({
    code: 'engine.unsupported',
    message: 'The engine exports images in a form that Slipway does not know.',
    hint: 'Update Slipway, or use another engine for making the bundle.',
    detail,
  });
}

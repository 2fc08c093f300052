import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { Fault } from '../../base/fault.ts';
import { type BundledFile, type BundledImage, type BundledSnapshot, type Descriptor, mediaTypes } from '../../bundles/bundle-manifest.ts';
import type { BundleWriter } from '../../bundles/bundle-writer.ts';
import { storeSavedImages } from '../../bundles/docker-archive.ts';
import type { Engine } from '../../engine/engine.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import type { CarriedSnapshot } from '../../snapshots/carry.ts';
import { type ChosenContents, platformText } from './bundle-contents.ts';

export async function writeFiles(writer: BundleWriter, { files }: ChosenContents, { signal, report }: JobContext): Promise<BundledFile[]> {
  const step = { id: 'files', title: 'Environment’s files' };
  const written: BundledFile[] = [];
  for (const { source, path, executable } of files.files) {
    const blob = await writer.add(createReadStream(source) as AsyncIterable<Buffer>, { signal });
    written.push({ ...blob, path, executable });
    report({ type: 'step', step: { ...step, state: 'running', amount: { current: written.length, total: files.files.length, unit: 'items' } } });
  }
  report({ type: 'step', step: { ...step, state: 'done' } });
  return written;
}

/** Raises `image.not-found` when the engine lacks one. */
export async function writeImages(
  writer: BundleWriter,
  { engine, contents, totalBytes }: { readonly engine: Engine; readonly contents: ChosenContents; readonly totalBytes: number },
  { signal, report }: JobContext,
): Promise<BundledImage[]> {
  const { images, missingImages, base } = contents;
  if (missingImages.length > 0) throw missing(missingImages);
  if (images.length === 0) return [];
  const step = { id: 'images', title: 'Images' };
  const toSave = images.filter(({ details }) => !base.images.has(details.id)).map(({ details }) => details.id);
  const onBytes = (bytes: number): void =>
    report({ type: 'step', step: { ...step, state: 'running', amount: { current: Math.min(bytes, totalBytes), total: totalBytes, unit: 'bytes' } } });
  const saved = toSave.length > 0 ? await storeSavedImages(await engine.images.save(toSave, { signal }), writer, { skip: base.layers, onBytes, signal }) : [];
  const byId = new Map(saved.map((image) => [image.id, image]));
  const bundled: BundledImage[] = [];
  for (const { references, details } of images) {
    const known = base.images.get(details.id);
    const stored = known
      ? {
          config: await writer.addBytes(await buffer(known.bundle.read(known.image.config, { signal })), { signal }),
          layers: known.image.layers.map(({ diffId }) => ({ diffId })),
        }
      : // Engines that keep images as their registries sent them call them by another digest than the config's.
        (byId.get(details.id) ?? saved.find(({ layers }) => sameLayers(layers, details.layers)));
    if (!stored) throw missing([...references]);
    bundled.push({ references: [...references], id: stored.config.digest, platform: platformText(details), config: stored.config, layers: stored.layers });
  }
  report({ type: 'step', step: { ...step, state: 'done' } });
  return bundled;
}

/** Writes an OCI manifest for each image that is whole; what other tools may read out of the bundle. */
export async function writeImageManifests(writer: BundleWriter, images: readonly BundledImage[], { signal }: JobContext): Promise<Descriptor[]> {
  const index: Descriptor[] = [];
  for (const { references, config, layers } of images) {
    const blobs = layers.flatMap(({ blob }) => blob ?? []);
    if (blobs.length < layers.length) continue;
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, ...config },
      layers: blobs.map((blob) => ({ mediaType: mediaTypes.layer, ...blob })),
    };
    const stored = await writer.addBytes(Buffer.from(JSON.stringify(manifest)), { signal });
    for (const reference of references) {
      index.push({ mediaType: mediaTypes.manifest, ...stored, annotations: { 'org.opencontainers.image.ref.name': reference } });
    }
  }
  return index;
}

/** Packs that the other machine has stay at home. */
export async function writeSnapshots(
  writer: BundleWriter,
  snapshots: readonly CarriedSnapshot[],
  { base }: ChosenContents,
  { signal, report }: JobContext,
): Promise<BundledSnapshot[]> {
  if (snapshots.length === 0) return [];
  const step = { id: 'snapshots', title: 'Snapshots' };
  const needed = new Map(snapshots.flatMap(({ blobs }) => blobs).filter(({ digest }) => !base.blobs.has(digest)).map((blob) => [blob.digest, blob]));
  const total = [...needed.values()].reduce((sum, { size }) => sum + size, 0);
  let current = 0;
  for (const { path, digest, size } of needed.values()) {
    const written = await writer.add(createReadStream(path) as AsyncIterable<Buffer>, { signal });
    if (written.digest !== digest) throw damagedStore(digest);
    current += size;
    report({ type: 'step', step: { ...step, state: 'running', amount: { current, total, unit: 'bytes' } } });
  }
  report({ type: 'step', step: { ...step, state: 'done' } });
  return snapshots.map(({ descriptor, name, createdAt, logicalBytes, blobs }) => ({
    name,
    createdAt,
    descriptor: { mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size, ...(descriptor.annotations ? { annotations: descriptor.annotations } : {}) },
    blobs: blobs.filter(({ digest }) => needed.has(digest)).map(({ digest, size }) => ({ digest, size })),
    logicalBytes,
  }));
}

function sameLayers(layers: readonly { readonly diffId: string }[], ids: readonly string[]): boolean {
  return layers.length === ids.length && layers.every(({ diffId }, index) => diffId === ids[index]);
}

function missing(references: readonly string[]): Fault {
  return new Fault({
    code: 'image.not-found',
    message: `The engine does not have ${references.join(', ')}.`,
    hint: 'Pull the images first, e.g. by starting the environment, or make the bundle without images.',
    data: { images: references },
  });
}

function damagedStore(digest: string): Fault {
  return new Fault({
    code: 'snapshot.damaged',
    message: `The snapshot store is damaged: ${digest} does not match its checksum.`,
    hint: 'Verify the snapshots to see which ones are hit, and leave those out.',
  });
}

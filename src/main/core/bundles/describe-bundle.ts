import type { BundleContents, BundleImage, BundleSnapshot } from '../../../shared/models/bundle.ts';
import type { BlobReference } from './bundle-manifest.ts';
import type { Bundle } from './open-bundle.ts';

/** What a bundle holds, for a person. What several parts share is counted once, at the first. */
export function describeBundle({ file, id, bytes, manifest }: Bundle): BundleContents {
  const { environment, files, ask, lock, images, snapshots, createdAt } = manifest;
  const counted = new Set<string>();
  const sizes = (blobs: readonly BlobReference[]): { bytes: number; addedBytes: number } => {
    const all = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
    const added = all.filter(({ digest }) => !counted.has(digest));
    all.forEach(({ digest }) => counted.add(digest));
    return { bytes: sum(all), addedBytes: sum(added) };
  };
  return {
    id,
    file,
    bytes,
    createdAt,
    environmentName: environment.name,
    ...(environment.profile === undefined ? {} : { profile: environment.profile }),
    files: files.map(({ path, size }) => ({ path, bytes: size })),
    ask,
    lock,
    images: images.map(
      ({ references, id: imageId, platform, config, layers }): BundleImage => ({
        references,
        id: imageId,
        platform,
        ...sizes([config, ...layers.flatMap(({ blob }) => blob ?? [])]),
        complete: layers.every(({ blob }) => blob !== undefined),
      }),
    ),
    snapshots: snapshots.map(
      ({ descriptor, name, createdAt: takenAt, blobs }): BundleSnapshot => ({ id: descriptor.digest, name, createdAt: takenAt, ...sizes(blobs) }),
    ),
  };
}

function sum(blobs: readonly BlobReference[]): number {
  return blobs.reduce((total, { size }) => total + size, 0);
}

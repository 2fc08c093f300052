import { z } from 'zod';
import { descriptor, type Descriptor, mediaTypes } from '../format/manifest.ts';
import { sha256 } from '../store/blobs.ts';

/** The documents of an encrypted snapshot. FORMAT.md, "Encrypted snapshots", says what each field promises. */
export const sealedTypes = {
  artifact: 'application/vnd.slipway.snapshot.sealed.v1',
  key: 'application/vnd.slipway.snapshot.sealed.key.v1+age',
  blob: 'application/vnd.slipway.snapshot.sealed.blob.v1',
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

/** Matches this and any other version. */
export const anySealedVersion = /^application\/vnd\.slipway\.snapshot\.sealed\.v\d+$/;

/** The content of the blob that stands where an artifact needs no config (OCI image-spec, "Guidance for an Empty Descriptor"). */
export const emptyConfig = Buffer.from('{}');

export const sealedManifest = z.object({
  schemaVersion: z.literal(2),
  artifactType: z.literal(sealedTypes.artifact),
  /** The wrapped key; then, encrypted, the snapshot's manifest, its config, and its layers in their order. */
  layers: z
    .tuple([descriptor.extend({ mediaType: z.literal(sealedTypes.key) }), descriptor.extend({ mediaType: z.literal(sealedTypes.blob) })])
    .rest(descriptor.extend({ mediaType: z.literal(sealedTypes.blob) })),
});
export type SealedManifest = z.infer<typeof sealedManifest>;

/** The manifest that names these blobs. */
export function sealManifest(key: Pick<Descriptor, 'digest' | 'size'>, blobs: readonly Pick<Descriptor, 'digest' | 'size'>[]): Buffer {
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: sealedTypes.artifact,
    config: { mediaType: sealedTypes.empty, digest: sha256(emptyConfig), size: emptyConfig.length },
    layers: [
      { mediaType: sealedTypes.key, digest: key.digest, size: key.size },
      ...blobs.map(({ digest, size }) => ({ mediaType: sealedTypes.blob, digest, size })),
    ],
  };
  return Buffer.from(JSON.stringify(manifest));
}

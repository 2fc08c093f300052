import { z } from 'zod';
import { descriptor, type Descriptor, mediaTypes } from '../format/manifest.ts';

/** The documents of an encrypted snapshot. FORMAT.md, "Encrypted snapshots", says what each field promises. */
export const sealedTypes = {
  artifact: 'application/vnd.slipway.snapshot.sealed.v1',
  key: 'application/vnd.slipway.snapshot.sealed.key.v1+age',
  blob: 'application/vnd.slipway.snapshot.sealed.blob.v1',
  notes: 'application/vnd.slipway.snapshot.sealed.notes.v1',
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

/** Matches this and any other version. */
export const anySealedVersion = /^application\/vnd\.slipway\.snapshot\.sealed\.v\d+$/;

/** The content of the blob that stands where an artifact needs no config (OCI image-spec, "Guidance for an Empty Descriptor"). */
export const emptyConfig = Buffer.from('{}');

export const sealedManifest = z.object({
  schemaVersion: z.literal(2),
  artifactType: z.literal(sealedTypes.artifact),
  /** What a person noted on the snapshot, encrypted; of any other type, nothing. */
  config: descriptor.optional(),
  /** The wrapped key; then, encrypted, the snapshot's manifest, its config, and its layers in their order. */
  layers: z
    .tuple([descriptor.extend({ mediaType: z.literal(sealedTypes.key) }), descriptor.extend({ mediaType: z.literal(sealedTypes.blob) })])
    .rest(descriptor.extend({ mediaType: z.literal(sealedTypes.blob) })),
});
export type SealedManifest = z.infer<typeof sealedManifest>;

type Blob = Pick<Descriptor, 'digest' | 'size'>;

/** The manifest that names these blobs. */
export function sealManifest({ key, blobs, config }: { readonly key: Blob; readonly blobs: readonly Blob[]; readonly config: Descriptor }): Buffer {
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: sealedTypes.artifact,
    config,
    layers: [
      { mediaType: sealedTypes.key, digest: key.digest, size: key.size },
      ...blobs.map(({ digest, size }) => ({ mediaType: sealedTypes.blob, digest, size })),
    ],
  };
  return Buffer.from(JSON.stringify(manifest));
}

import type { Platform } from '../../engine/engine.ts';

/** An image in a registry, with all platforms that it is made for. */
export interface RemoteImage {
  /** What a lock records: of the index where there is one, else of the manifest. */
  readonly digest: string;
  readonly variants: readonly RemoteVariant[];
}

/** An image of one platform. */
export interface RemoteVariant {
  readonly platform: Platform;
  readonly digest: string;
  /** Compressed, as it would be pulled: layers and configuration. */
  readonly sizeBytes: number;
  readonly layers: readonly { readonly digest: string; readonly sizeBytes: number }[];
  /** Digests of the unpacked layers, in the same order: what an engine knows them by. */
  readonly diffIds: readonly string[];
  readonly createdAt?: Date;
  readonly labels: Readonly<Record<string, string>>;
  /** The commands that made it, oldest first. */
  readonly history: readonly string[];
}

/** What makes up the image of one platform, as it is downloaded. */
export interface ImageContent {
  /** Of this platform's manifest. */
  readonly digest: string;
  /** What the reference names: the index where there is one. A lock records it. */
  readonly namedDigest: string;
  readonly config: BlobDescriptor;
  readonly layers: readonly BlobDescriptor[];
}

export interface BlobDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

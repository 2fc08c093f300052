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
  readonly createdAt?: Date;
  readonly labels: Readonly<Record<string, string>>;
  /** The commands that made it, oldest first. */
  readonly history: readonly string[];
}

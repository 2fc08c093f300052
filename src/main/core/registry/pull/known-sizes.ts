import type { PullProgress } from '../../engine/images.ts';
import type { ImageContent } from '../client/remote-image.ts';

/** Sizes of layers by the short form of their digest, as engines name them. */
export type LayerSizes = ReadonlyMap<string, number>;

export function layerSizes({ layers }: ImageContent): LayerSizes {
  return new Map(layers.map(({ digest, size }) => [digest.slice(7, 19), size]));
}

/**
 * An engine tells a layer's size only when its download begins. With the sizes of the manifest the whole is known from
 * the first moment, so that a bar never runs backwards. Layers that the engine has count nothing.
 */
export function withKnownSizes(progress: PullProgress, sizes: LayerSizes): PullProgress {
  const layers = progress.layers.map((layer) => {
    const size = sizes.get(layer.id);
    if (size === undefined || layer.state === 'present') return layer;
    const here = layer.state === 'waiting' || layer.state === 'downloading' ? Math.min(layer.currentBytes, size) : size;
    return { ...layer, currentBytes: here, totalBytes: size };
  });
  return {
    ...progress,
    layers,
    downloadedBytes: layers.reduce((sum, { currentBytes }) => sum + currentBytes, 0),
    totalBytes: layers.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
  };
}

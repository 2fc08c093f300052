import type { ImageDetails, ImageHistoryEntry } from '../engine/images.ts';

/** Dockerfile instructions that change an image's config only. */
const configOnly = /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:ENV|CMD|ENTRYPOINT|LABEL|EXPOSE|USER|VOLUME|MAINTAINER|STOPSIGNAL|HEALTHCHECK|SHELL|ARG|ONBUILD)\b/;

/**
 * An image's layers with their sizes, uncompressed, in bytes. The engine tells sizes by step of the build, and steps
 * that made no layer too: where the two can't be matched, the whole image counts as one.
 */
export function layerSizes(image: ImageDetails, history: readonly ImageHistoryEntry[]): ReadonlyMap<string, number> {
  const steps = history.toReversed();
  for (const made of [steps.filter(({ sizeBytes, createdBy }) => sizeBytes > 0 || !configOnly.test(createdBy)), steps.filter(({ sizeBytes }) => sizeBytes > 0)]) {
    if (made.length === image.layers.length) return new Map(image.layers.map((layer, index) => [layer, made[index]?.sizeBytes ?? 0]));
  }
  return new Map([[image.layers.at(-1) ?? image.id, image.sizeBytes]]);
}

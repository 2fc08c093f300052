import { expect, test } from 'vitest';
import type { LayerProgress, PullProgress } from '../../../../../src/main/core/engine/images.ts';
import { layerSizes, withKnownSizes } from '../../../../../src/main/core/registry/pull/known-sizes.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const sizes = layerSizes({
  digest: digest('0'),
  namedDigest: digest('0'),
  config: { mediaType: 'c', digest: digest('c'), size: 1 },
  layers: [
    { mediaType: 'l', digest: digest('a'), size: 100 },
    { mediaType: 'l', digest: digest('b'), size: 50 },
  ],
});

function progress(...layers: LayerProgress[]): PullProgress {
  return { reference: 'app:1', phase: 'downloading', downloadedBytes: 0, totalBytes: 0, layers };
}
const layer = (letter: string, state: LayerProgress['state'], currentBytes = 0, totalBytes = 0): LayerProgress => ({ id: letter.repeat(12), state, currentBytes, totalBytes });

test('the whole is known before an engine has told any size', () => {
  expect(withKnownSizes(progress(layer('a', 'waiting'), layer('b', 'waiting')), sizes)).toMatchObject({ downloadedBytes: 0, totalBytes: 150 });
  expect(withKnownSizes(progress(layer('a', 'downloading', 30, 100), layer('b', 'waiting')), sizes)).toMatchObject({ downloadedBytes: 30, totalBytes: 150 });
});

test('a small layer that came at once counts whole, one that was there not at all', () => {
  expect(withKnownSizes(progress(layer('a', 'present'), layer('b', 'done')), sizes)).toMatchObject({ downloadedBytes: 50, totalBytes: 50 });
});

test('a layer that the manifest doesn\'t name stays as the engine tells it', () => {
  expect(withKnownSizes(progress(layer('d', 'downloading', 3, 9)), sizes)).toMatchObject({ downloadedBytes: 3, totalBytes: 9 });
});

import { expect, test } from 'vitest';
import { downloadWords, imageDownloadWords } from '../../../../src/renderer/features/pulls/pull-words.ts';
import type { ImageDownload } from '../../../../src/shared/models/download.ts';

const image: ImageDownload = { reference: 'app:1', services: ['app'] };

test.each<[Partial<ImageDownload>, string]>([
  [{}, 'unknown'],
  [{ bytes: 0, totalBytes: 9 }, 'nothing'],
  [{ bytes: 5_000_000, totalBytes: 5_000_000 }, '5 MB'],
  [{ bytes: 5_000_000, totalBytes: 20_000_000 }, '5 MB of 20 MB'],
])('%o reads %s', (sizes, words) => {
  expect(imageDownloadWords({ ...image, ...sizes })).toBe(words);
});

test('the sum says what is not known', () => {
  expect(downloadWords({ bytes: 0, complete: true, images: [] })).toBe('No image is pulled from a registry.');
  expect(downloadWords({ bytes: 0, complete: true, images: [image] })).toBe('The engine has all of it: nothing is downloaded.');
  expect(downloadWords({ bytes: 3_000_000, complete: true, images: [image] })).toBe('3 MB will be downloaded; layers that images share count once.');
  expect(downloadWords({ bytes: 0, complete: false, images: [image] })).toMatch(/Not all registries could tell/);
});

import { expect, it } from 'vitest';
import { changeWords, checkWords, shortDigest, stateWords } from '../../../../src/renderer/features/images/image-words.ts';
import { fakeImages } from '../../support/fake-images.ts';

it('counts what is not up to date', () => {
  expect(checkWords(fakeImages)).toBe('1 newer available, 1 drifted, 1 not here, 1 unknown');
  expect(checkWords(fakeImages.filter(({ state }) => state === 'up-to-date'))).toBe('All images are up to date');
});

it('says how a newer image differs', () => {
  const changes = { sizeAfter: 31_400_000, layers: 4, newLayers: 1, newBytes: 1_200_000, labels: [] };
  expect(changeWords(changes)).toBe('1 of 4 layers new, 1.2 MB; 31.4 MB');
  expect(changeWords({ ...changes, sizeBefore: 31_000_000, labels: [{ name: 'version' }] })).toBe('1 of 4 layers new, 1.2 MB; 31 MB → 31.4 MB; 1 label changed');
});

it('gives the reason for what is unknown', () => {
  expect(fakeImages.filter(({ state }) => state === 'unknown').map(stateWords)).toEqual(['The registry 127.0.0.1:5000 can’t be reached.']);
});

it('shortens digests, alone and behind a name', () => {
  expect(shortDigest(`sha256:${'a'.repeat(64)}`)).toBe('a'.repeat(12));
  expect(shortDigest(`127.0.0.1:5000/postgres@sha256:${'b'.repeat(64)}`)).toBe(`127.0.0.1:5000/postgres@${'b'.repeat(12)}`);
  expect(shortDigest('postgres:16')).toBe('postgres:16');
});

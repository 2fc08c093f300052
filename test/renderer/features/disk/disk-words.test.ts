import { expect, it } from 'vitest';
import { imageName, neededBy } from '../../../../src/renderer/features/disk/disk-words.ts';

it('an image is called by its names, or by its id', () => {
  expect(imageName({ references: ['a:1', 'b:2'], id: 'sha256:0' })).toBe('a:1, b:2');
  expect(imageName({ references: [], id: `sha256:${'0123456789ab'.repeat(5)}` })).toBe('without a name (0123456789ab)');
});

it.each([
  [['shop', 'blog'], ['shop-web-1'], 'shop, blog'],
  [[], ['tool'], 'Container tool'],
  [[], ['tool', 'other', 'third'], 'Container tool and 2 more'],
  [[], [], 'Not known'],
])('needed by %j and %j: %s', (environments, containers, text) => {
  expect(neededBy({ environments, containers })).toBe(text);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortTags } from '../../../../src/main/core/registry/sort-tags.ts';

const cases: [name: string, ordered: string[]][] = [
  ['numbers by value', ['10', '9', '2', '1']],
  ['newer first, the general before the exact', ['latest', '17', '16', '16.4', '16.3', '16.3.1', '15.10', '15.9']],
  ['a v in front', ['v2.0.0', 'v1.10.0', 'v1.9.0']],
  ['early ones after their release', ['1.2.0', '1.2.0-rc.2', '1.2.0-rc.1', '1.2.0-beta', '1.1.0']],
  ['other builds of the same version', ['16', '16-alpine', '16-bookworm', '15', '15-alpine']],
  ['what is no version comes last, by name', ['latest', '1.0', 'alpine', 'edge', 'sha-0a1b2c3']],
  ['a hash of digits is no version', ['1.0', '12345678901234567890']],
];

test.each(cases)('%s', (_, ordered) => {
  expect(sortTags([...ordered].reverse())).toEqual(ordered);
});

test('the order does not depend on the order before, and no tag is lost', () => {
  const tag = fc.oneof(fc.stringMatching(/^v?\d{1,3}(\.\d{1,2}){0,3}(-(rc|alpine|beta)\d?)?$/), fc.stringMatching(/^[a-z][\w.-]{0,8}$/));
  fc.assert(
    fc.property(fc.uniqueArray(tag), (tags) => {
      const sorted = sortTags(tags);
      expect([...sorted].sort()).toEqual([...tags].sort());
      expect(sortTags([...tags].reverse())).toEqual(sorted);
    }),
  );
});

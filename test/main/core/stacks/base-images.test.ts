import { expect, test } from 'vitest';
import { baseImages } from '../../../../src/main/core/stacks/build/base-images.ts';

test.each([
  { what: 'one base', dockerfile: 'FROM a/b:1\nRUN true', images: ['a/b:1'] },
  { what: 'stages by name, in any case, and by number', dockerfile: 'FROM a AS Build\nFROM build\nCOPY --from=0 / /\nCOPY --from=BUILD / /', images: ['a'] },
  { what: 'nothing', dockerfile: 'FROM scratch\nCOPY . /', images: [] },
  { what: 'a platform', dockerfile: 'FROM --platform=linux/arm64 a:1', images: ['a:1'] },
  { what: 'copies and mounts from other images', dockerfile: 'FROM a\nCOPY --from=tools:1 /x /y\nRUN --mount=type=bind,from=src:2,target=/s true', images: ['a', 'tools:1', 'src:2'] },
  { what: 'arguments with defaults', dockerfile: 'ARG V=1\nARG W\nFROM a:$V\nFROM b:${W:-2}\nFROM c:${W}', images: ['a:1', 'b:2'] },
  { what: 'given arguments', dockerfile: 'ARG V=1\nFROM a:${V}', given: { V: '9' }, images: ['a:9'] },
  { what: 'arguments after the first FROM, which are not seen by FROM', dockerfile: 'FROM a\nARG V=1\nFROM b:$V', images: ['a'] },
  { what: 'comments and lines that go on', dockerfile: '# FROM x\nFROM \\\n  # in between\n  a:1 \\\n  AS s\nFROM s', images: ['a:1'] },
])('$what: $images', ({ dockerfile, given = {}, images }) => {
  expect(baseImages(dockerfile, given)).toEqual(images);
});

import { expect, test } from 'vitest';
import { replaceImages } from '../../../../src/main/core/stacks/build/replace-images.ts';

const cases = [
  { what: 'the image of a stage', from: 'FROM base AS x', to: 'FROM local:1 AS x' },
  { what: 'with flags and capitals', from: 'from --platform=linux/amd64 Base', to: 'from --platform=linux/amd64 local:1' },
  { what: 'an image by its full name', from: 'FROM docker.io/library/base:latest', to: 'FROM local:1' },
  { what: 'another tag is another image', from: 'FROM base:2', to: 'FROM base:2' },
  { what: 'a copy', from: 'FROM a\nCOPY --chown=1 --from=base /x /y', to: 'FROM a\nCOPY --chown=1 --from=local:1 /x /y' },
  { what: 'a mount', from: 'FROM a\nRUN --mount=type=bind,from=base,target=/x cat /x', to: 'FROM a\nRUN --mount=type=bind,from=local:1,target=/x cat /x' },
  { what: 'on a later line of an instruction', from: 'FROM a\nRUN \\\n  --mount=from=base,target=/x \\\n  cat', to: 'FROM a\nRUN \\\n  --mount=from=local:1,target=/x \\\n  cat' },
  { what: 'named by an argument', from: 'ARG B=base\nFROM $B', to: 'ARG B=base\nFROM local:1' },
  { what: 'not the name of a stage, nor other words', from: 'FROM a AS base\nRUN echo base --from=base', to: 'FROM a AS base\nRUN echo base --from=base' },
  { what: 'not inside a here-document', from: 'FROM a\nRUN <<EOF\nCOPY --from=base x y\nEOF\nFROM base', to: 'FROM a\nRUN <<EOF\nCOPY --from=base x y\nEOF\nFROM local:1' },
];

test.each(cases)('$what', ({ from, to }) => {
  expect(replaceImages(from, new Map([['base', 'local:1']]), {})).toBe(to);
});

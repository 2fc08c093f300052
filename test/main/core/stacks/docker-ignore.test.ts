import { expect, test } from 'vitest';
import { parseDockerIgnore } from '../../../../src/main/core/stacks/build/docker-ignore.ts';

const cases: readonly { readonly rules: string; readonly ignored: readonly string[]; readonly sent: readonly string[] }[] = [
  { rules: 'node_modules', ignored: ['node_modules', 'node_modules/a/b'], sent: ['src/node_modules', 'node_modules2'] },
  { rules: '**/node_modules', ignored: ['node_modules', 'a/b/node_modules/c'], sent: ['a/node_modules2'] },
  { rules: '/dist/', ignored: ['dist', 'dist/x'], sent: ['a/dist'] },
  { rules: '*.log', ignored: ['a.log'], sent: ['logs/a.log', 'alog'] },
  { rules: '**/*.log', ignored: ['a.log', 'logs/deep/a.log'], sent: ['a.logs'] },
  { rules: 'a?c', ignored: ['abc'], sent: ['ac', 'a/c'] },
  { rules: 'file[0-9].txt', ignored: ['file1.txt'], sent: ['filex.txt'] },
  { rules: '# comment\n\n  padded  ', ignored: ['padded'], sent: ['# comment'] },
  { rules: '*\n!keep\n!deep/kept.txt', ignored: ['other', 'deep/other.txt'], sent: ['keep', 'keep/inside', 'deep/kept.txt'] },
  { rules: '*.md\n!README*.md\nREADME-secret.md', ignored: ['a.md', 'README-secret.md'], sent: ['README.md', 'README-x.md'] },
  { rules: 'a.b+c', ignored: ['a.b+c'], sent: ['axb+c', 'a.bbc'] },
  { rules: 'docs/**', ignored: ['docs/a', 'docs/a/b'], sent: ['docs', 'docs2/a'] },
];

test.each(cases)('$rules', ({ rules, ignored, sent }) => {
  const { ignored: leftOut } = parseDockerIgnore(rules);
  expect(ignored.filter((path) => !leftOut(path))).toEqual([]);
  expect(sent.filter((path) => leftOut(path))).toEqual([]);
});

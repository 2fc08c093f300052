import { expect, test } from 'vitest';
import { latestChanges, listed, watchDescription } from '../../../../src/renderer/features/environment/watch-words.ts';

test.each([
  [['web'], 'web'],
  [['web', 'worker'], 'web and worker'],
  [['web', 'worker', 'mail'], 'web, worker and mail'],
])('%j are listed as “%s”', (names, text) => {
  expect(listed(names)).toBe(text);
});

test('the switch says what it does, or what must be done first', () => {
  expect(watchDescription(['web'], true)).toBe('What changes in the files of web is brought into the containers, as the Compose file says.');
  expect(watchDescription(['web'], false)).toBe('Start the environment first.');
});

test('the newest changes of the watched services come first, without what builds wrote', () => {
  const at = '2026-01-01T10:00:00.000Z';
  const log = ['a', 'b', 'c', 'd', 'e', 'f'].map((text) => ({ at, level: 'info' as const, text, source: 'web' }));
  const others = [{ at, level: 'info' as const, text: 'Step 1/2', source: 'Rebuild web' }, { at, level: 'info' as const, text: 'no source' }];
  expect(latestChanges([...log, ...others], ['web']).map(({ text }) => text)).toEqual(['f', 'e', 'd', 'c', 'b']);
});

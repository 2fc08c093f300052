import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../support/run.ts';
import { tempDir } from '../support/temp.ts';

const root = path.resolve(import.meta.dirname, '../..');

const file = `
import { beforeAll, describe, expect, test } from 'vitest';
test('good', () => expect(1).toBe(1));
test('bad', () => expect(1).toBe(2));
test('says why', ({ skip }) => skip('no printer here'));
test.skip('says nothing', () => undefined);
test.todo('later');
describe('broken set-up', () => {
  beforeAll(() => { throw new Error('no engine'); });
  test('cannot run', () => undefined);
});
`;

test('every test is counted, a broken set-up fails, and each skipped test has its reason', async () => {
  const directory = await tempDir('tally');
  await symlink(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  await writeFile(path.join(directory, 'vitest.config.mjs'), 'export default { test: { include: ["*.test.js"] } };');
  await writeFile(path.join(directory, 'some.test.js'), file);
  const tally = path.join(directory, 'tally.json');
  const vitest = run(
    process.execPath,
    [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', `--reporter=${path.join(root, 'scripts/lib/test/tally-reporter.mjs')}`],
    { cwd: directory, env: { PATH: process.env.PATH, SLIPWAY_TALLY: tally } },
  );
  await expect(vitest).rejects.toThrow();
  expect(JSON.parse(await readFile(tally, 'utf8'))).toEqual({
    passed: 1,
    failed: ['some.test.js > broken set-up: no engine', 'some.test.js > bad'],
    skipped: [
      { name: 'some.test.js > says why', reason: 'no printer here' },
      { name: 'some.test.js > says nothing', reason: 'marked as skipped where it is written' },
      { name: 'some.test.js > later', reason: 'not written yet' },
      { name: 'some.test.js > broken set-up > cannot run', reason: 'not selected, or its set-up failed' },
    ],
  });
});

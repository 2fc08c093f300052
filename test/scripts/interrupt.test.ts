import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const lib = path.resolve(import.meta.dirname, '../../scripts/lib');

test('an interrupted script stops the program it runs, waits for its end and ends with 130', async () => {
  const program = `process.on('SIGTERM', () => setTimeout(() => { console.log('tidied'); process.exit(0); }, 200)); console.log('started'); setInterval(() => {}, 1000);`;
  const script = `
    import { runVisibly } from '${lib}/run.mjs';
    import { fail } from '${lib}/report.mjs';
    try { await runVisibly(process.execPath, ['-e', ${JSON.stringify(program)}]); console.log('went on'); } catch (error) { fail(error); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = text(child.stdout);
  const complained = text(child.stderr);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([130, null]);
  expect(await printed).toContain('tidied');
  expect(await printed).not.toContain('went on');
  expect(await complained).toContain('Interrupted.');
});

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import type { CommandContext } from '../../src/cli/context.ts';
import { createProgram, globalOptionsOf, type Run } from '../../src/cli/program.ts';
import type { Command } from 'commander';
import { openCore } from '../support/open-core.ts';
import { tempDir } from '../support/temp.ts';

const file = `
name: demo
services:
  web:
    image: "nginx:\${TAG:-1}"
    depends_on: [db]
    volumes: ["./site:/site"]
  db: { build: ./db, volumes: ["data:/d"], networks: [back] }
  job: { image: "\${JOB:?which}", profiles: [extra], models: [small] }
networks: { back: {} }
volumes: { data: {}, unused: {} }
models: { small: { model: ai/small } }
`;

/** Runs `slipway config ARGS…` in this process on the file; no engine is asked. */
async function config(...args: string[]): Promise<{ out: string; directory: string }> {
  const directory = await tempDir('config');
  await writeFile(path.join(directory, 'compose.yaml'), file);
  await writeFile(path.join(directory, '.env'), 'JOB=job:1\n');
  const core = openCore({ home: path.join(directory, 'home'), socket: path.join(directory, 'no-engine.sock') });
  onTestFinished(() => core.close());
  const out = new PassThrough();
  const chunks: Buffer[] = [];
  out.on('data', (chunk: Buffer) => chunks.push(chunk));
  const run: Run = <Args extends readonly unknown[]>(work: (context: CommandContext, ...args: Args) => Promise<number> | Promise<void>) => async (...given: [...Args, ...unknown[]]) => {
    const context: CommandContext = {
      core,
      terminal: { out, err: new PassThrough(), interactive: false, color: false, width: 80 },
      options: globalOptionsOf(given.at(-1) as Command),
      signal: new AbortController().signal,
      workingDirectory: directory,
      print: () => undefined,
      printEvent: () => undefined,
    };
    await work(context, ...(given as unknown as Args));
  };
  await createProgram({ version: '0', run }).parseAsync(['config', ...args], { from: 'user' });
  return { out: Buffer.concat(chunks).toString(), directory };
}

const printed = async (...args: string[]): Promise<string> => (await config(...args)).out;

it.each([
  [['--services'], 'db\nweb\n'],
  [['--services', '--profile', 'extra'], 'db\njob\nweb\n'],
  [['--images'], 'demo-db\nnginx:1\n'],
  [['--images', 'db'], 'demo-db\n'],
  [['--images', 'job'], 'job:1\n'],
  [['--volumes'], 'data\n'],
  [['--networks'], 'back\ndefault\n'],
  [['--networks', 'db'], 'back\n'],
  [['--models', '--profile', 'extra'], 'ai/small\n'],
  [['--profiles'], 'extra\n'],
  [['--no-interpolate', '--services'], 'db\njob\nweb\n'],
  [['--services', '--json'], '["db","web"]\n'],
  [['--quiet'], ''],
])('config %j', async (args, expected) => {
  expect(await printed(...args)).toBe(expected);
});

it('prints the hashes of the services that are asked for', async () => {
  const all = await printed('--hash', '*');
  expect(all).toMatch(/^db [0-9a-f]{64}\nweb [0-9a-f]{64}\n$/);
  expect(await printed('--hash', 'web', '--no-path-resolution')).not.toBe(all.split('\n')[1]);
  await expect(printed('--hash', 'nope')).rejects.toThrow('There is no service nope.');
});

it('prints the variables with what the files say of them', async () => {
  expect(await printed('--variables')).toBe('NAME  REQUIRED  DEFAULT VALUE  ALTERNATE VALUE\nJOB   true\nTAG   false     1\n');
  expect(JSON.parse(await printed('--variables', '--format', 'json'))).toMatchObject({ JOB: { Required: true }, TAG: { DefaultValue: '1' } });
});

it('leaves variables, paths, and what is implied as written', async () => {
  expect(await printed('--no-interpolate')).toContain('image: nginx:${TAG:-1}');
  expect(await printed('--no-path-resolution')).toContain('source: ./site\n');
  expect(await printed('--no-normalize')).not.toContain('default:');
});

it('writes to a file', async () => {
  const { out, directory } = await config('--output', 'out.yaml', 'db');
  expect(out).toBe('');
  const written = await readFile(path.join(directory, 'out.yaml'), 'utf8');
  expect(written).toContain('name: demo\nservices:\n  db:\n');
  expect(written).not.toContain('web:');
});

it('names the services there are where one is unknown', async () => {
  await expect(printed('db', 'nope')).rejects.toMatchObject({ problem: { hint: 'There are: db, web.' } });
});

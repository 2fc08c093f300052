import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Engine } from '../../src/main/core/engine/engine.ts';
import { connect } from '../main/core/stacks/real-stack.ts';
import { importBusybox, removeImage } from '../support/images.ts';
import { makeTempDir, removeTempDir } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Finished, type RunningSlipway, startSlipway } from './support/run-slipway.ts';

const name = `watch-${process.pid}`;
const image = `slipway-test/${name}:1`;
let home: string;
let project: string;
let engine: Engine;
let watching: RunningSlipway;
/** Texts of the log events so far. */
const told: string[] = [];

const compose = `
name: ${name}
services:
  web:
    build: ./web
    stop_grace_period: 0s
    develop:
      watch:
        - { path: ./web/src, action: sync, target: /app, ignore: [node_modules/], initial_sync: true }
        - { path: ./web/Dockerfile, action: rebuild }
  worker:
    image: ${image}
    stop_grace_period: 0s
    command: ["sh", "-c", "echo started >> /starts; exec sleep 1000"]
    develop:
      watch:
        - { path: ./settings.ini, action: sync+restart, target: /etc/settings.ini }
        - { path: ./hooks, action: sync+exec, target: /hooks, exec: { command: ["sh", "-c", "cat /hooks/* > /seen"] } }
`;

const dockerfile = (word: string): string => `FROM ${image}\nCOPY src /app\nRUN echo ${word} > /word\n`;

function slipway(...args: string[]): RunningSlipway {
  return startSlipway(args, { home, engine: `unix://${inject('engineSocket')}`, cwd: project });
}

async function write(file: string, text: string): Promise<void> {
  const full = path.join(project, file);
  await mkdir(path.dirname(full), { recursive: true });
  await writeFile(full, text);
}

/** What a command in a service prints; '' while the service does not run. */
async function inside(service: string, ...command: string[]): Promise<string> {
  return (await engine.containers.exec(`${name}-${service}-1`, { command }).catch(() => ({ stdout: '' }))).stdout.trim();
}

const becomes = (what: string, expected: string, look: () => Promise<string>): Promise<unknown> =>
  waitFor(`${what} to be “${expected}”; told: ${told.slice(-5).join(' | ')}`, 30_000, async () => ((await look()) === expected ? true : undefined));

beforeAll(async () => {
  home = await makeTempDir('cli-watch');
  project = path.join(home, 'project');
  await importBusybox(inject('engineSocket'), image);
  await write('compose.yaml', compose);
  await write('web/Dockerfile', dockerfile('first'));
  await write('web/src/page', 'built');
  await write('web/src/node_modules/lib/index.js', 'built');
  await write('settings.ini', 'a=1');
  await write('hooks/one', '1');
  engine = await connect();
  watching = slipway('watch', '--json');
  createInterface({ input: watching.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as { type?: string; entry?: { text: string } };
    if (event.type === 'log' && event.entry) told.push(event.entry.text);
  });
  await becomes('the first copy', 'yes', () => Promise.resolve(told.includes('Copied /app/page.') ? 'yes' : ''));
});

afterAll(async () => {
  watching.kill();
  await slipway('down', '--volumes', '--no-safety-snapshot', '--rmi', 'local').done;
  await removeImage(inject('engineSocket'), image);
  await engine.close();
  await removeTempDir(home);
});

it('copies files that are made, changed, replaced and moved, removes what goes, and leaves alone what is ignored', async () => {
  await write('web/src/node_modules/lib/index.js', 'ignored');
  await write('web/src/deep/new', 'new');
  await write('web/src/.page.tmp', 'replaced');
  await rename(path.join(project, 'web/src/.page.tmp'), path.join(project, 'web/src/page'));
  await becomes('the page', 'replaced', () => inside('web', 'cat', '/app/page'));
  await becomes('the new file', 'new', () => inside('web', 'cat', '/app/deep/new'));
  await rename(path.join(project, 'web/src/deep'), path.join(project, 'web/src/moved'));
  await becomes('the directory', 'moved node_modules page', () => inside('web', 'sh', '-c', 'echo $(ls /app)'));
  expect(await inside('web', 'cat', '/app/moved/new')).toBe('new');
  expect(await inside('web', 'cat', '/app/node_modules/lib/index.js')).toBe('built');
  await rm(path.join(project, 'web/src/moved'), { recursive: true });
  await becomes('the directory', 'node_modules page', () => inside('web', 'sh', '-c', 'echo $(ls /app)'));
  expect(told).toContain('Removed /app/moved.');
});

it('copies and restarts, or runs a command, without touching other services', async () => {
  const before = (await engine.containers.inspect(`${name}-web-1`)).startedAt;
  await write('settings.ini', 'a=2');
  await becomes('the number of starts', 'started started', () => inside('worker', 'sh', '-c', 'echo $(cat /starts)'));
  expect(await inside('worker', 'cat', '/etc/settings.ini')).toBe('a=2');
  await write('hooks/two', '2');
  await becomes('what the command saw', '2', () => inside('worker', 'cat', '/seen'));
  expect((await engine.containers.inspect(`${name}-web-1`)).startedAt).toEqual(before);
});

it('rebuilds and replaces the container; a build that fails is told, and watching goes on', async () => {
  await write('web/Dockerfile', `${dockerfile('second')}RUN exit 3\n`);
  await becomes('the failure', 'yes', () => Promise.resolve(told.some((text) => /exit 3/.test(text) && /code: 3|returned/.test(text)) ? 'yes' : ''));
  expect(await inside('web', 'cat', '/word')).toBe('first');
  await write('web/Dockerfile', dockerfile('third'));
  await becomes('the image', 'third', () => inside('web', 'cat', '/word'));
  await write('web/src/page', 'after the rebuild');
  await becomes('the page', 'after the rebuild', () => inside('web', 'cat', '/app/page'));
});

it('ends at Ctrl-C with the services still running', async () => {
  watching.interrupt();
  const { code }: Finished = await watching.done;
  expect(code).toBe(130);
  expect((await engine.containers.inspect(`${name}-web-1`)).state).toBe('running');
});

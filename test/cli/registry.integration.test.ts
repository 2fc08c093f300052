import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { importBusybox, pushImage, removeImage } from '../support/images.ts';
import { type RegistryServer, startRegistry } from '../support/registry-server.ts';
import { makeTempDir, removeTempDir } from '../support/temp.ts';

const program = path.resolve(import.meta.dirname, '../../out/main/slipway.js');

let home: string;
let closed: RegistryServer;
let secure: RegistryServer;
beforeAll(async () => {
  home = await makeTempDir('registry-cli');
  closed = await startRegistry({ htpasswd: { ada: 'right' } });
  secure = await startRegistry({ tls: true });
});
afterAll(async () => {
  await closed.stop();
  await secure.stop();
  await removeTempDir(home);
});

/** The built command line, with something to read on its standard input. */
async function slipway(args: readonly string[], input = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, SLIPWAY_HOME: home, DOCKER_HOST: `unix://${inject('engineSocket')}` },
  });
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

test('a login is checked, used, listed with its origin, and taken away; the secret is in no output', async () => {
  const login = ['registry', 'login', closed.address, '-u', 'ada', '--password-stdin'];
  const wrong = await slipway(login, 'wrong\n');
  expect(wrong).toMatchObject({ code: 6, stdout: '' });
  expect(wrong.stderr).toContain('[registry.unauthorized]');
  expect((await slipway([...login, '--json'], 'right\n')).stdout).toContain(`"host":"${closed.address}"`);
  expect(await slipway(['registry', 'repos', closed.address, '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
  await slipway(['registry', 'add', closed.address, '--name', 'Ours']);
  const { stdout } = await slipway(['registry', 'list', '--json', '--no-check']);
  const rows = JSON.parse(stdout) as { host: string; name: string; login?: unknown }[];
  expect(rows.find(({ host }) => host === closed.address)).toMatchObject({ name: 'Ours', login: { username: 'ada', origin: "Slipway's own login" } });
  expect(stdout).not.toContain('right');
  expect((await slipway(['registry', 'logout', 'Ours'])).stdout).toContain('Logged out');
  expect((await slipway(['registry', 'repos', 'Ours'])).code).toBe(6);
});

test('without a terminal a password has to come by standard input', async () => {
  const asked = await slipway(['registry', 'login', closed.address, '-u', 'ada']);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain('--password-stdin');
});

test('an unknown certificate: shown, trusted by fingerprint, and images pulled from there', async () => {
  const reference = `${secure.address}/cli/app:1`;
  await importBusybox(inject('engineSocket'), reference);
  await pushImage(inject('engineSocket'), reference);
  await removeImage(inject('engineSocket'), reference);
  const inspect = ['registry', 'inspect', reference, '--json'];
  expect(await slipway(inspect)).toMatchObject({ code: 6 });
  const shown = await slipway(['registry', 'trust', secure.address, '--json']);
  const { fingerprint } = (JSON.parse(shown.stdout) as { shown: { fingerprint: string }[] }).shown[0] ?? { fingerprint: '' };
  expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect((await slipway(['registry', 'trust', secure.address, '--fingerprint', 'AA'])).code).toBe(6);
  expect((await slipway(['registry', 'trust', secure.address, '--fingerprint', fingerprint])).code).toBe(0);
  expect(JSON.parse((await slipway(inspect)).stdout)).toMatchObject({ reference });
  expect((await slipway(['registry', 'tags', `${secure.address}/cli/app`])).stdout).toBe('1\n');

  const project = path.join(home, 'project');
  await mkdir(project, { recursive: true });
  await writeFile(path.join(project, 'compose.yaml'), `services:\n  app: { image: "${reference}" }\n`);
  const before = JSON.parse((await slipway(['images', 'list', project, '--json'])).stdout) as { bytes: number; complete: boolean };
  expect(before).toMatchObject({ complete: true });
  expect(before.bytes).toBeGreaterThan(100_000);
  expect((await slipway(['plan', project])).stdout).toContain('to download');
  const pulled = await slipway(['images', 'pull', project]);
  expect(pulled).toMatchObject({ code: 0, stdout: '' });
  expect(pulled.stderr).toContain('Pulled through Slipway');
  expect((await slipway(['images', 'list', project])).stdout).toContain('0 B to download');
  expect(await readFile(path.join(home, 'slipway.json'), 'utf8')).toContain('BEGIN CERTIFICATE');
});

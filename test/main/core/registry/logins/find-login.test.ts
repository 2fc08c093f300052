import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Fault } from '../../../../../src/main/core/base/fault.ts';
import type { RegistryAuth } from '../../../../../src/main/core/engine/images.ts';
import { findLogin } from '../../../../../src/main/core/registry/logins/find-login.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
let home = '';
let warnings: readonly string[] = [];
let origin: string | undefined;

beforeEach(async () => {
  home = await makeTempDir('home');
  warnings = [];
  await mkdir(path.join(home, '.docker'));
  onTestFinished(() => removeTempDir(home));
});

const writeConfig = (config: unknown, file = '.docker/config.json'): Promise<void> => writeFile(path.join(home, file), JSON.stringify(config));

async function read(reference: string, environment: Record<string, string> = {}, signal?: AbortSignal): Promise<RegistryAuth | undefined> {
  const found = await findLogin(reference, { home, environment: { PATH: `${path.join(home, 'bin')}:/usr/bin:/bin`, ...environment }, signal });
  ({ warnings, origin } = found);
  return found.auth;
}

/** A credential helper as Docker runs it; `script` sees the asked server as $server. */
async function writeHelper(name: string, script: string): Promise<void> {
  const file = path.join(home, 'bin', `docker-credential-${name}`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\nread -r server\n${script}\n`);
  await chmod(file, 0o755);
}

describe('logins in a file', () => {
  const ada = { auth: base64('ada:pass:word') };
  const cases: [name: string, auths: object, reference: string, expected: object | undefined][] = [
    ['host', { 'ghcr.io': ada }, 'ghcr.io/team/app', { serverAddress: 'ghcr.io', username: 'ada', password: 'pass:word' }],
    ['URL', { 'https://ghcr.io/v2/': ada }, 'ghcr.io/team/app', { username: 'ada' }],
    ['port', { '127.0.0.1:5000': ada }, '127.0.0.1:5000/app', { username: 'ada' }],
    ['other port', { '127.0.0.1:5000': ada }, '127.0.0.1:5001/app', undefined],
    ['Docker Hub', { 'https://index.docker.io/v1/': ada }, 'postgres', { serverAddress: 'https://index.docker.io/v1/', username: 'ada' }],
    ['Docker Hub by its short name', { 'docker.io': ada }, 'team/app', { username: 'ada' }],
    ['separate fields', { h: {}, 'h.io': { username: 'bob', password: 'x' } }, 'h.io/app', { username: 'bob', password: 'x' }],
    ['identity token', { 'h.io': { auth: base64('x:'), identitytoken: 'tok' } }, 'h.io/app', { identityToken: 'tok' }],
    ['part of a registry wins', { 'h.io': ada, 'h.io/team': { auth: base64('bob:x') } }, 'h.io/team/app', { username: 'bob' }],
    ['part of another name', { 'h.io/te': ada }, 'h.io/team/app', undefined],
    ['empty entry', { 'h.io': {} }, 'h.io/app', undefined],
    ['no entry', {}, 'h.io/app', undefined],
  ];
  test.each(cases)('%s', async (_, auths, reference, expected) => {
    await writeConfig({ auths });
    const found = await read(reference);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  test('lie in DOCKER_CONFIG, DOCKER_AUTH_CONFIG and Podman\'s file too', async () => {
    await mkdir(path.join(home, 'elsewhere'));
    await writeConfig({ auths: { 'a.io': ada } }, 'elsewhere/config.json');
    await writeConfig({ auths: { 'c.io': ada } }, 'podman.json');
    const environment = {
      DOCKER_CONFIG: path.join(home, 'elsewhere'),
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'b.io': ada } }),
      REGISTRY_AUTH_FILE: path.join(home, 'podman.json'),
    };
    const origins = { 'a.io': path.join(home, 'elsewhere/config.json'), 'b.io': 'DOCKER_AUTH_CONFIG', 'c.io': path.join(home, 'podman.json') };
    for (const [host, expected] of Object.entries(origins)) {
      expect(await read(`${host}/app`, environment)).toMatchObject({ username: 'ada' });
      expect(origin).toBe(expected);
    }
    expect(await read('a.io/app')).toBeUndefined();
  });

  test('that are damaged are a problem that names the file but not its content', async () => {
    await writeFile(path.join(home, '.docker/config.json'), '{"auths": {"h.io": {"auth": "c2VjcmV0"');
    const error = await read('h.io/app').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Fault);
    const { problem } = error as Fault;
    expect(problem).toMatchObject({ code: 'registry.invalid-config', location: { file: path.join(home, '.docker/config.json') } });
    expect(JSON.stringify(problem)).not.toContain('c2VjcmV0');
  });
});

describe('credential helpers', () => {
  test('are asked for the server, their own registry first', async () => {
    await writeHelper('store', 'echo "{\\"Username\\":\\"s\\",\\"Secret\\":\\"$server\\"}"');
    await writeHelper('special', 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"$server\\"}"');
    await writeConfig({ credsStore: 'store', credHelpers: { 'special.io': 'special' } });
    expect(await read('postgres')).toEqual({
      serverAddress: 'https://index.docker.io/v1/',
      username: 's',
      password: 'https://index.docker.io/v1/',
    });
    expect(await read('special.io/app')).toEqual({ serverAddress: 'special.io', identityToken: 'special.io' });
    expect(origin).toContain('docker-credential-special');
    expect(warnings).toEqual([]);
  });

  test('that know nothing leave it to the file, without a warning', async () => {
    await writeHelper('store', 'echo "credentials not found in native keychain"; exit 1');
    await writeConfig({ credsStore: 'store', auths: { 'h.io': { auth: base64('ada:x') } } });
    expect(await read('h.io/app')).toMatchObject({ username: 'ada' });
    expect(await read('other.io/app')).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  const unusable: [name: string, script: string | undefined][] = [
    ['missing', undefined],
    ['failing', 'echo "the secret is hunter2"; exit 3'],
    ['talking nonsense', 'echo "hunter2"'],
  ];
  test.each(unusable)('%s are passed over with a warning that has no secret', async (_, script) => {
    if (script !== undefined) await writeHelper('bad', script);
    await writeConfig({ credsStore: 'bad' });
    expect(await read('h.io/app')).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('hunter2');
  });

  test('cannot be a path', async () => {
    await writeConfig({ credsStore: '../bin/evil' });
    expect(await read('h.io/app')).toBeUndefined();
    expect(warnings[0]).toContain('cannot be the name');
  });

  test('that hang are ended when the caller aborts', async () => {
    await writeHelper('slow', 'exec sleep 60');
    await writeConfig({ credsStore: 'slow' });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 200);
    await expect(read('h.io/app', {}, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

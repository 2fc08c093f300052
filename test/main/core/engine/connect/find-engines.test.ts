import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { EngineCandidate } from '../../../../../src/main/core/engine/connect/candidate.ts';
import { findEngines, type EngineSearch } from '../../../../../src/main/core/engine/connect/find-engines.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';
import { expectProblem } from '../contract/support.ts';

let home = '';
beforeEach(async () => {
  home = await makeTempDir('home');
  onTestFinished(() => removeTempDir(home));
});

const own = (available: boolean) => ({ available: () => Promise.resolve(available), start: () => Promise.resolve('unix:///own.sock') });
const find = (search: Partial<EngineSearch> = {}): Promise<readonly EngineCandidate[]> =>
  findEngines({ environment: {}, home, platform: 'linux', uid: 1000, privateEngine: own(true), startPrivateEngine: true, ...search });
const only = async (search: Partial<EngineSearch>): Promise<EngineCandidate> => {
  const found = await find(search);
  expect(found).toHaveLength(1);
  expect(found[0]?.required).toBe(true);
  return found[0] as EngineCandidate;
};

async function writeContext(name: string, endpoint: object, files: Readonly<Record<string, string>> = {}): Promise<void> {
  const folder = createHash('sha256').update(name).digest('hex');
  const meta = path.join(home, '.docker/contexts/meta', folder);
  const tls = path.join(home, '.docker/contexts/tls', folder, 'docker');
  await mkdir(meta, { recursive: true });
  await mkdir(tls, { recursive: true });
  await writeFile(path.join(meta, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }));
  for (const [file, content] of Object.entries(files)) await writeFile(path.join(tls, file), content);
}

describe('what somebody asked for is the only candidate', () => {
  test('an address', async () => {
    const candidate = await only({ explicit: 'tcp://10.1.2.3:2375', environment: { DOCKER_HOST: 'unix:///other.sock' } });
    expect(await candidate.endpoint({})).toEqual({ address: 'tcp://10.1.2.3:2375', origin: 'your choice' });
  });

  test('the engine of its own', async () => {
    const candidate = await only({ explicit: 'private' });
    expect(candidate.private).toBe(true);
    expect((await candidate.endpoint({})).address).toBe('unix:///own.sock');
  });

  test('a context by its name', async () => {
    await writeContext('far', { Host: 'ssh://me@far' });
    const candidate = await only({ explicit: 'far' });
    expect(await candidate.endpoint({})).toEqual({ address: 'ssh://me@far', origin: 'Docker context far' });
    await expectProblem((await only({ explicit: 'nowhere' })).endpoint({}), 'engine.unreachable');
  });

  test('DOCKER_HOST, with TLS where the environment says so', async () => {
    const plain = await only({ environment: { DOCKER_HOST: 'tcp://h:2375' } });
    expect(await plain.endpoint({})).toEqual({ address: 'tcp://h:2375', origin: 'DOCKER_HOST' });
    const certificates = path.join(home, 'certs');
    const environment = { DOCKER_HOST: 'tcp://h:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates };
    const secure = await only({ environment });
    await expectProblem(secure.endpoint({}), 'engine.unreachable');
    await mkdir(certificates);
    await writeFile(path.join(certificates, 'ca.pem'), 'CA');
    expect((await secure.endpoint({})).tls).toEqual({ verify: true, ca: 'CA' });
  });

  test('DOCKER_CONTEXT', async () => {
    await writeContext('tls', { Host: 'tcp://h:2376', SkipTLSVerify: true }, { 'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY' });
    const candidate = await only({ environment: { DOCKER_CONTEXT: 'tls' } });
    expect((await candidate.endpoint({})).tls).toEqual({ verify: false, ca: 'CA', cert: 'CERT', key: 'KEY' });
  });
});

describe('otherwise all are tried in order', () => {
  const origins = (found: readonly EngineCandidate[]): string[] => found.map(({ origin }) => origin);

  test('current context, usual sockets, the engine of its own', async () => {
    await writeContext('desktop-linux', { Host: 'unix:///desktop.sock' });
    await writeFile(path.join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'desktop-linux' }));
    const found = await find();
    expect(found.some(({ required }) => required)).toBe(false);
    expect(origins(found).slice(0, 2)).toEqual(['Docker context desktop-linux', 'default socket']);
    expect(origins(found).at(-1)).toBe('Slipway\'s own engine');
    expect(new Set(origins(await find({ startPrivateEngine: false })))).not.toContain('Slipway\'s own engine');
    expect(new Set(origins(await find({ privateEngine: own(false) })))).not.toContain('Slipway\'s own engine');
  });

  test('a damaged config.json and the default context are no context', async () => {
    await mkdir(path.join(home, '.docker'));
    await writeFile(path.join(home, '.docker/config.json'), '{ not json');
    expect(origins(await find())[0]).toBe('default socket');
    expect(origins(await find({ environment: { DOCKER_CONTEXT: 'default' } }))[0]).toBe('default socket');
  });

  test.each([
    ['linux', 'unix:///run/user/1000/docker.sock'],
    ['linux', 'unix:///run/user/1000/podman/podman.sock'],
    ['darwin', 'unix://HOME/.docker/run/docker.sock'],
    ['darwin', 'unix://HOME/.colima/default/docker.sock'],
    ['win32', 'npipe:////./pipe/docker_engine'],
  ] as const)('%s: %s', async (platform, address) => {
    const found = await find({ platform, privateEngine: own(false) });
    const endpoints = await Promise.all(found.map((candidate) => candidate.endpoint({})));
    expect(endpoints.map((endpoint) => endpoint.address)).toContain(address.replace('HOME', home));
  });
});

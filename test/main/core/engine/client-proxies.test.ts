import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clientProxies } from '../../../../src/main/core/engine/connect/client-proxies.ts';
import { tempDir } from '../../../support/temp.ts';

async function home(config: string): Promise<string> {
  const directory = await tempDir('docker-config');
  await mkdir(path.join(directory, '.docker'));
  await writeFile(path.join(directory, '.docker', 'config.json'), config);
  return directory;
}

test('the default proxies become variables in capitals and small letters; an engine with its own has those', async () => {
  const proxies = { default: { httpProxy: 'http://p:1', noProxy: 'localhost' }, 'tcp://far:2376': { httpsProxy: 'http://q:2' } };
  const surroundings = { environment: {}, home: await home(JSON.stringify({ proxies })) };
  expect(await clientProxies('unix:///run/docker.sock', surroundings)).toEqual({ HTTP_PROXY: 'http://p:1', http_proxy: 'http://p:1', NO_PROXY: 'localhost', no_proxy: 'localhost' });
  expect(await clientProxies('tcp://far:2376', surroundings)).toEqual({ HTTPS_PROXY: 'http://q:2', https_proxy: 'http://q:2' });
});

test('without a file, or with one that names none, there are no proxies; DOCKER_CONFIG moves the file', async () => {
  const named = await home('{"proxies":{"default":{"ftpProxy":"f"}}}');
  expect(await clientProxies('unix:///x', { environment: {}, home: '/nonexistent' })).toEqual({});
  expect(await clientProxies('unix:///x', { environment: {}, home: await home('{"auths":{}}') })).toEqual({});
  expect(await clientProxies('unix:///x', { environment: { DOCKER_CONFIG: path.join(named, '.docker') }, home: '/nonexistent' })).toEqual({ FTP_PROXY: 'f', ftp_proxy: 'f' });
});

test('a damaged file is a Problem that quotes nothing of it', async () => {
  const directory = await home('{"auths": secret');
  const failure: unknown = await clientProxies('unix:///x', { environment: {}, home: directory }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ problem: { code: 'registry.invalid-config' } });
  expect(JSON.stringify(failure)).not.toContain('secret"');
});

import { expect, test } from 'vitest';
import { registryPath } from '../../../../src/renderer/app/routes.ts';
import { fingerprintLines, loginWords, mirrorsOf, settingsWords, untrustedCertificates } from '../../../../src/renderer/features/registries/registry-words.ts';
import type { RegistryView } from '../../../../src/shared/models/registry.ts';
import { ownCertificate } from '../../support/fake-registries.ts';

const plain: RegistryView = { host: 'r.example', name: 'r.example', mirrors: [], plainHttp: false, trusted: [], kept: true, usedBy: [], warnings: [] };

test('which login is used and what gave it', () => {
  expect(loginWords(undefined)).toBe('Anonymous');
  expect(loginWords({ username: 'ada', origin: "Slipway's own login", own: true })).toBe('ada, logged in here');
  expect(loginWords({ origin: '/home/ada/.docker/config.json', own: false })).toBe('a token, from /home/ada/.docker/config.json');
});

test('only what is special is said of how a registry is reached', () => {
  expect(settingsWords(plain)).toBe('');
  expect(settingsWords({ ...plain, mirrors: ['a', 'b'], proxy: 'direct', plainHttp: true, trusted: [ownCertificate] })).toBe(
    'mirrors a, b · no proxy · plain HTTP allowed · own certificate trusted',
  );
  expect(settingsWords({ ...plain, proxy: 'http://p:1' })).toBe('proxy http://p:1');
});

test('a Problem about trust brings its certificates, any other none', () => {
  const problem = { code: 'registry.tls', message: 'Not trusted.' } as const;
  expect(untrustedCertificates({ ...problem, data: { certificates: [ownCertificate] } })).toEqual([ownCertificate]);
  expect(untrustedCertificates({ ...problem, data: { certificates: 'broken' } })).toEqual([]);
  expect(untrustedCertificates(problem)).toEqual([]);
  expect(untrustedCertificates(undefined)).toEqual([]);
});

test('a fingerprint is shown in two halves that lose nothing', () => {
  const lines = fingerprintLines(ownCertificate.fingerprint);
  expect(lines).toHaveLength(2);
  expect(lines.join(':')).toBe(ownCertificate.fingerprint);
});

test('mirrors are typed one a line, or with commas', () => {
  expect(mirrorsOf(' a.example\n\nhttp://b:5000, c ')).toEqual(['a.example', 'http://b:5000', 'c']);
  expect(mirrorsOf('  ')).toEqual([]);
});

test('the address of a repository keeps its slashes apart from the path\'s', () => {
  expect(registryPath('docker.io')).toBe('/registries/docker.io');
  expect(registryPath('r.example:5000', 'team/app')).toBe('/registries/r.example%3A5000/team%2Fapp');
});

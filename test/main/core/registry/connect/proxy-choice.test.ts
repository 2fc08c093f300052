import { expect, test } from 'vitest';
import { chooseProxy, proxyAddress } from '../../../../../src/main/core/registry/connect/proxy-choice.ts';
import { expectProblem } from '../../engine/contract/support.ts';

const proxies = { HTTPS_PROXY: 'http://secure:1', http_proxy: 'http://plain:2' };
const chosen = (address: string, environment: Record<string, string> = proxies, setting?: string): string | undefined =>
  chooseProxy(environment, setting)(new URL(address));

test('the environment has one for each scheme, in either case', () => {
  expect(chosen('https://r.example/v2/')).toBe('http://secure:1');
  expect(chosen('http://r.example/v2/')).toBe('http://plain:2');
  expect(chosen('https://r.example/', {})).toBeUndefined();
  expect(chosen('https://r.example/', { HTTPS_PROXY: '' })).toBeUndefined();
});

test.each([
  ['r.example', 'https://r.example', true],
  ['r.example', 'https://deep.r.example', true],
  ['r.example', 'https://other.example', false],
  ['r.example', 'https://bar.example', false],
  ['.example', 'https://r.example', true],
  ['.r.example', 'https://r.example', false],
  ['*.example', 'https://r.example', true],
  ['r.example:5000', 'https://r.example:5000', true],
  ['r.example:5000', 'https://r.example', false],
  ['r.example:443', 'https://r.example', true],
  ['10.0.0.0/8', 'https://10.1.2.3:5000', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['192.168.1.7', 'https://192.168.1.7', true],
  ['*', 'https://r.example', true],
  [' a.example , r.example ', 'https://r.example', true],
])('NO_PROXY=%s and %s: direct %s', (exceptions, address, direct) => {
  expect(chosen(address, { ...proxies, no_proxy: exceptions })).toBe(direct ? undefined : 'http://secure:1');
});

test('a registry\'s own setting wins, and this machine is always direct', () => {
  expect(chosen('https://r.example', proxies, 'http://own:3')).toBe('http://own:3');
  expect(chosen('https://r.example', proxies, 'direct')).toBeUndefined();
  for (const host of ['127.0.0.1:5000', 'localhost', '[::1]:5000']) {
    expect(chosen(`https://${host}`)).toBeUndefined();
    expect(chosen(`https://${host}`, proxies, 'http://own:3')).toBeUndefined();
  }
});

test('a proxy\'s address may leave out the scheme, and must be one', async () => {
  expect(proxyAddress('proxy:3128')).toBe('http://proxy:3128');
  expect(proxyAddress('direct')).toBe('direct');
  for (const wrong of ['ftp://proxy', 'http://']) await expectProblem(Promise.resolve().then(() => proxyAddress(wrong)), 'usage.invalid');
});

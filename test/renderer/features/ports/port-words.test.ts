import { describe, expect, it, test } from 'vitest';
import { copyText, hostAddress, shortAddress } from '../../../../src/renderer/features/ports/port-words.ts';

describe('hostAddress', () => {
  it.each([
    [{ hostIp: '127.0.0.1', hostPort: 8080 }, '127.0.0.1:8080'],
    [{ hostIp: '::1', hostPort: 8080 }, '[::1]:8080'],
    [{ hostIp: '127.0.0.1' }, 'chosen at start'],
  ])('%o: %s', (port, address) => {
    expect(hostAddress(port)).toBe(address);
  });
});

describe('copyText', () => {
  it('prefers the connection string', () => {
    const port = { hostIp: '127.0.0.1', hostPort: 5432 };
    expect(copyText({ ...port, address: 'postgres://app@127.0.0.1:5432/app' })).toBe('postgres://app@127.0.0.1:5432/app');
    expect(copyText(port)).toBe('127.0.0.1:5432');
  });
});

test.each([
  ['127.0.0.1', 'loopback', ':8080'],
  ['0.0.0.0', 'everywhere', '*:8080'],
  ['192.168.1.4', 'address', '192.168.1.4:8080'],
] as const)('an address in little room: %s, %s is %s', (hostIp, exposure, short) => {
  expect(shortAddress({ hostIp, exposure, hostPort: 8080 })).toBe(short);
});

import { describe, expect, it } from 'vitest';
import { copyText, hostAddress } from '../../../../src/renderer/features/ports/port-words.ts';

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

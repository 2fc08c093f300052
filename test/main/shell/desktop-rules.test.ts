import { describe, expect, it } from 'vitest';
import { composePick, openable } from '../../../src/main/shell/desktop-rules.ts';

describe('openable', () => {
  it.each([
    ['http://127.0.0.1:8080/', true],
    ['https://example.org/a?b#c', true],
    ['mailto:ada@example.org', true],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['smb://host/share', false],
    ['vscode://file/x', false],
    ['example.org', false],
    ['', false],
  ])('%s: %s', (url, allowed) => {
    expect(openable(url)).toBe(allowed);
  });
});

describe('composePick', () => {
  it.each([
    ['/work/shop/compose.yaml', '/work/shop'],
    ['/work/shop/docker-compose.yml', '/work/shop'],
    ['/work/shop/compose.prod.yaml', '/work/shop/compose.prod.yaml'],
    ['/work/shop', '/work/shop'],
  ])('%s adds %s', (chosen, added) => {
    expect(composePick(chosen)).toBe(added);
  });
});

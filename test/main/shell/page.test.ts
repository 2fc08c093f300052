import { describe, expect, it } from 'vitest';
import { fileWithin, isOwnPage, pageSource } from '../../../src/main/shell/page.ts';

const built = pageSource('/app/out/renderer', undefined);
const developing = pageSource('/app/out/renderer', 'http://localhost:5173');

describe('isOwnPage', () => {
  it.each([
    [built, 'slipway-app://window/index.html', true],
    [built, 'slipway-app://window/index.html#/ports', true],
    [built, 'slipway-app://elsewhere/index.html', false],
    [built, 'slipway-app://window.evil/index.html', false],
    [built, 'https://window/index.html', false],
    [built, 'file:///app/out/renderer/index.html', false],
    [built, 'about:blank', false],
    [built, 'not an address', false],
    [built, '', false],
    [developing, 'http://localhost:5173/#/ports', true],
    [developing, 'http://localhost:5174/', false],
    [developing, 'slipway-app://window/index.html', false],
  ])('%o: %s is %s', (source, url, own) => {
    expect(isOwnPage(url, source)).toBe(own);
  });
});

describe('fileWithin', () => {
  it.each([
    ['/index.html', '/app/index.html'],
    ['/assets/a%20b.js', '/app/assets/a b.js'],
    ['/assets/../index.html', '/app/index.html'],
    ['/../secret', undefined],
    ['/%2e%2e/secret', undefined],
    ['/..%2fsecret', undefined],
    ['/%2e%2e/app-other/x', undefined],
    ['/%', undefined],
    ['/', undefined],
  ])('%s → %s', (urlPath, file) => {
    expect(fileWithin('/app', urlPath)).toBe(file);
  });
});

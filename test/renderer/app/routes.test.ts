import { describe, expect, it } from 'vitest';
import { environmentPath, environmentTab } from '../../../src/renderer/app/routes.ts';

describe('the address of an environment', () => {
  it.each([
    ['e1', 'overview', '/environments/e1'],
    ['e1', 'logs', '/environments/e1/logs'],
    ['a/b', 'ports', '/environments/a%2Fb/ports'],
  ] as const)('%s, %s is %s', (id, tab, path) => {
    expect(environmentPath(id, tab)).toBe(path);
  });

  it('may name what is looked at inside a tab', () => {
    expect(environmentPath('e1', 'snapshots', ['sha256:1', 'a/b'])).toBe('/environments/e1/snapshots/sha256%3A1/a%2Fb');
  });

  it('leads to the overview when it names no tab, or one that there is not', () => {
    expect([environmentTab(undefined), environmentTab('nonsense'), environmentTab('logs')]).toEqual([
      'overview',
      'overview',
      'logs',
    ]);
  });
});

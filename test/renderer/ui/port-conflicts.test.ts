import { describe, expect, it } from 'vitest';
import { describeHolder, portConflicts } from '../../../src/renderer/ui/port-conflicts.ts';
import type { Problem } from '../../../src/shared/problem.ts';

const holder = { kind: 'process', name: 'nginx', pid: 812, user: 'www-data' } as const;

describe('portConflicts', () => {
  const problem = (data: Record<string, unknown>): Problem => ({ code: 'port.conflict', message: 'taken', data });

  it('reads every conflict with its holder and a way out', () => {
    const conflict = { hostPort: 8080, service: 'web', protocol: 'tcp', hostIp: '127.0.0.1', holder, suggestion: 8081 };
    expect(portConflicts(problem({ conflicts: [conflict] }))).toEqual([
      { port: 8080, service: 'web', protocol: 'tcp', hostIp: '127.0.0.1', holder, suggestion: 8081 },
    ]);
  });

  it.each<[string, Problem]>([
    ['another kind of Problem', { code: 'engine.lost', message: 'gone', data: { conflicts: [{ hostPort: 1 }] } }],
    ['a Problem without data', { code: 'port.conflict', message: 'taken' }],
    ['data of another shape', problem({ conflicts: 'none' })],
    ['entries without a port', problem({ conflicts: [null, 5, {}, { hostPort: 'x' }] })],
  ])('finds none in %s', (_what, given) => {
    expect(portConflicts(given)).toEqual([]);
  });
});

describe('describeHolder', () => {
  it.each([
    [holder, 'process nginx (PID 812, www-data)'],
    [{ kind: 'process', name: 'node', pid: 5 }, 'process node (PID 5)'],
    [{ kind: 'container', name: 'other-db-1' }, 'container other-db-1'],
    [{ kind: 'service', name: 'sample', service: 'web' }, 'web of sample'],
    [{ kind: 'unknown', name: '' }, 'an unknown program'],
    [undefined, 'an unknown program'],
  ] as const)('%o: %s', (given, words) => {
    expect(describeHolder(given)).toBe(words);
  });
});

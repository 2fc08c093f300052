import { expect, it } from 'vitest';
import { rehearsalMarkdown } from '../../../src/shared/models/rehearsal-markdown.ts';
import type { RehearsalReport } from '../../../src/shared/models/rehearsal.ts';

const report: RehearsalReport = {
  id: 'r',
  environmentId: 'e',
  environmentName: 'shop',
  startedAt: '2026-01-10T09:00:00.000Z',
  durationMs: 18_400,
  verdict: 'fails',
  images: [{ service: 'db', image: 'postgres:15', before: 'sha256:aa', after: 'postgres@sha256:bb' }],
  phases: [{ name: 'copy', durationMs: 4_200 }],
  services: [{ name: 'db', state: 'failed', detail: 'a | b' }],
  dataVersions: [{ service: 'db', path: '/data/PG_VERSION', product: 'PostgreSQL', before: '15' }],
  logs: [{ service: 'db', lines: ['```', 'FATAL'] }],
  warnings: ['web can write to /srv'],
  problem: { code: 'service.exited', message: 'db ended.', hint: 'Look at its log.' },
};

it('says first whether it works', () => {
  expect(rehearsalMarkdown(report)).toMatch(/^# Rehearsal of shop: it fails\n/);
  expect(rehearsalMarkdown({ ...report, verdict: 'works' })).toMatch(/^# Rehearsal of shop: it works\n/);
});

it('keeps what was said from breaking its tables and fences', () => {
  const text = rehearsalMarkdown(report);
  expect(text).toContain('| db | failed | a \\| b |');
  expect(text).toContain('## Log of db\n\n````\n```\nFATAL\n````');
  expect(text).toContain('| db | PostgreSQL | /data/PG_VERSION | 15 | — |');
});

it('leaves out what there is not', () => {
  const text = rehearsalMarkdown(report);
  expect(text).not.toContain('## Checks');
  expect(text).not.toContain('was kept');
});

import type { LockReport, ServiceImage } from '../../../src/shared/models/image-check.ts';
import type { RehearsalReport } from '../../../src/shared/models/rehearsal.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const here = (letter: string) => ({ id: digest(letter), digest: digest(letter), createdAt: '2026-01-02T08:00:00.000Z', sizeBytes: 84_000_000 });
const registry = '127.0.0.1:5000/sample';

export const fakeImages: ServiceImage[] = [
  { service: 'proxy', image: `${registry}/proxy:1`, state: 'up-to-date', present: here('a'), running: digest('a'), newest: digest('a') },
  {
    service: 'app',
    image: `${registry}/app:1`,
    state: 'newer',
    present: here('b'),
    running: digest('b'),
    locked: digest('b'),
    newest: digest('c'),
    changes: {
      createdBefore: '2026-01-02T08:00:00.000Z',
      createdAfter: '2026-01-09T16:30:00.000Z',
      sizeBefore: 31_000_000,
      sizeAfter: 31_400_000,
      layers: 4,
      newLayers: 1,
      newBytes: 1_200_000,
      labels: [{ name: 'org.opencontainers.image.version', before: '1.4.0', after: '1.4.1' }],
    },
  },
  { service: 'db', image: `${registry}/postgres:15`, state: 'drifted', present: here('d'), running: digest('e'), newest: digest('d') },
  {
    service: 'cache',
    image: `${registry}/redis:7`,
    state: 'unknown',
    present: here('f'),
    running: digest('f'),
    problem: { code: 'registry.unreachable', message: 'The registry 127.0.0.1:5000 can’t be reached.', hint: 'Check your network, VPN or proxy, and try again.' },
  },
  { service: 'migrate', image: `${registry}/app:1`, state: 'missing', newest: digest('c') },
];

export const fakeLock: LockReport = {
  file: '/opt/slipway/resources/environments/sample/slipway.lock.json',
  inForce: true,
  lock: { version: 1, images: { [`${registry}/app:1`]: digest('c') }, about: {} },
  changes: [{ image: `${registry}/app:1`, kind: 'changed', before: digest('b'), after: digest('c') }],
  unlocked: [],
};

export const rehearsalThatWorks: RehearsalReport = {
  id: 'rehearsal-2',
  environmentId: 'sample-1',
  environmentName: 'sample',
  startedAt: '2026-01-10T09:20:00.000Z',
  durationMs: 18_400,
  verdict: 'works',
  images: [{ service: 'app', image: `${registry}/app:1`, before: digest('b'), after: `${registry}/app@${digest('c')}` }],
  phases: [
    { name: 'copy', durationMs: 4_200 },
    { name: 'start', durationMs: 13_100 },
    { name: 'checks', durationMs: 300 },
  ],
  services: [
    { name: 'db', state: 'healthy' },
    { name: 'app', state: 'healthy' },
  ],
  dataVersions: [{ service: 'db', path: '/var/lib/postgresql/data/PG_VERSION', product: 'PostgreSQL', before: '15', after: '15' }],
  logs: [{ service: 'migrate', lines: ['applying 0012_notes_index', 'finished'] }],
  warnings: [],
};

export const rehearsalThatFails: RehearsalReport = {
  ...rehearsalThatWorks,
  id: 'rehearsal-1',
  startedAt: '2026-01-09T17:00:00.000Z',
  verdict: 'fails',
  images: [{ service: 'db', image: `${registry}/postgres:15`, before: digest('d'), after: `${registry}/postgres@${digest('9')}` }],
  services: [
    { name: 'db', state: 'failed', detail: 'Exit code 1' },
    { name: 'app', state: 'missing' },
  ],
  problem: { code: 'service.exited', message: 'db ended with exit code 1 before it was healthy.', detail: 'FATAL:  database files are incompatible with server' },
  logs: [{ service: 'db', lines: ['FATAL:  database files are incompatible with server', 'DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.5.'] }],
};

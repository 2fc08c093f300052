import type { SnapshotSchedule } from '../../../src/shared/models/snapshot-schedule.ts';
import type {
  FileText,
  ListedEntry,
  RestorePreview,
  SnapshotDetails,
  SnapshotDifference,
  SnapshotSummary,
  SnapshotUsage,
  TextDifference,
} from '../../../src/shared/models/snapshot.ts';

export function snapshotDetailsOf(all: readonly SnapshotSummary[], id: string): SnapshotDetails {
  const summary = all.find((one) => one.id === id);
  if (!summary) throw new Error(`There is no snapshot ${id}.`);
  return {
    ...summary,
    project: 'sample',
    engine: { name: 'Docker Engine', version: '28.5.1', platform: 'linux/amd64' },
    resolvedConfig: {},
    volumeSpecs: summary.volumes.map(({ key, name }) => ({ key, name, driver: 'local', driverOptions: {}, labels: {} })),
    packedBytes: 14_300_000,
    packs: 2,
    images: {
      '127.0.0.1:5000/sample/postgres:15': `sha256:${'4f'.repeat(32)}`,
      '127.0.0.1:5000/sample/app:1': `sha256:${'a1'.repeat(32)}`,
    },
  };
}

export const fakeSchedule: SnapshotSchedule = {
  environmentId: 'sample-1',
  when: { kind: 'daily', time: '02:00' },
  keep: { last: 5, daily: 7 },
  since: '2026-11-01T08:00:00.000Z',
  last: { at: new Date(Date.now() - 9 * 3_600_000).toISOString(), outcome: 'unchanged' },
};

export function usageOf(all: readonly SnapshotSummary[]): SnapshotUsage {
  return {
    logicalBytes: all.reduce((sum, one) => sum + one.logicalBytes, 0),
    storedBytes: 21_400_000,
    unreferencedBytes: 0,
    snapshots: all.map(({ id, newBytes }) => ({ id, uniqueBytes: newBytes, sharedBytes: 14_300_000 - newBytes })),
  };
}

const entry = (name: string, facts: Partial<ListedEntry> = {}): ListedEntry => ({
  name,
  type: 'file',
  mode: 0o600,
  uid: 100,
  gid: 102,
  modifiedAt: '2026-11-20T09:12:33.000Z',
  ...facts,
});

export function listingOf(path: string): ListedEntry[] {
  if (path.endsWith('empty')) return [];
  return [
    entry('base', { type: 'directory', mode: 0o700 }),
    entry('empty', { type: 'directory', mode: 0o755 }),
    entry('pg_wal', { type: 'directory', mode: 0o700 }),
    entry('PG_VERSION', { size: 3 }),
    entry('current', { type: 'symlink', target: 'base/16384', mode: 0o777 }),
    entry('pg_control', { size: 8_192 }),
    entry('postgresql.conf', { size: 24_310, mode: 0o644 }),
  ];
}

export function textOf(path: string): FileText {
  if (path.endsWith('pg_control')) return { kind: 'binary', bytes: 8_192 };
  return { kind: 'text', bytes: 61, text: '# Connections\nlisten_addresses = \'*\'\nmax_connections = 100\n' };
}

export const fakeDifference: SnapshotDifference = {
  counts: { added: 2, removed: 1, content: 2, metadata: 1 },
  complete: true,
  entries: [
    { volume: 'db-data', path: 'base/16384/2619', kind: 'content', sizeBefore: 122_880, sizeAfter: 131_072 },
    { volume: 'db-data', path: 'pg_wal/000000010000000000000004', kind: 'added', sizeAfter: 16_777_216 },
    { volume: 'db-data', path: 'postgresql.conf', kind: 'content', sizeBefore: 24_310, sizeAfter: 24_322 },
    { volume: 'db-data', path: 'server.key', kind: 'metadata', sizeBefore: 1_704, sizeAfter: 1_704 },
    { volume: 'uploads', path: 'photos/pier.jpg', kind: 'added', sizeAfter: 482_113 },
    { volume: 'uploads', path: 'photos/quay.jpg', kind: 'removed', sizeBefore: 391_002 },
  ],
};

export const fakePreview: RestorePreview = {
  services: 'db, web',
  volumes: [
    { key: 'db-data', volume: 'sample_db-data', isNew: false, added: 1, removed: 0, changed: 3, bytes: 16_932_666 },
    { key: 'uploads', volume: 'sample_uploads', isNew: false, added: 1, removed: 1, changed: 0, bytes: 482_113 },
  ],
  entries: fakeDifference.entries,
  complete: true,
};

export function textDifferenceOf(path: string): TextDifference {
  if (!path.endsWith('.conf')) return { kind: 'binary' };
  const lines = [" listen_addresses = '*'", '-max_connections = 100', '+max_connections = 200', ' shared_buffers = 128MB', ''];
  return { kind: 'text', hunks: [{ oldStart: 59, newStart: 59, lines: lines.slice(0, 4) }] };
}

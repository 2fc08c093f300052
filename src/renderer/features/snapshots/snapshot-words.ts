import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DifferentEntry, SnapshotSummary, SnapshotUsage } from '../../../shared/models/snapshot.ts';
import type { FoundDatabase } from '../../../shared/models/snapshot-database.ts';
import type { SnapshotSchedule } from '../../../shared/models/snapshot-schedule.ts';
import { count } from '../../ui/format.ts';

export const kindLooks: Readonly<Record<SnapshotSummary['kind'], { label: string; color: string; hint: string }>> = {
  manual: { label: 'Manual', color: 'harbor', hint: 'You took it.' },
  safety: { label: 'Safety', color: 'orange', hint: 'Taken by itself before data was replaced or deleted.' },
  scheduled: { label: 'Scheduled', color: 'blue', hint: 'Taken by the schedule.' },
  seed: { label: 'Seed', color: 'violet', hint: 'The data that the environment began with.' },
};

export const consistencyWords: Readonly<Record<SnapshotSummary['consistency'], string>> = {
  paused: 'Services were paused while their data was read',
  stopped: 'Services were stopped',
  hooks: 'Services prepared their data by commands of their own',
  live: 'Services went on writing: like after a power cut',
};

/** Levels of consistency to choose from, the best for most first. */
export const consistencyChoices: { value: SnapshotSummary['consistency']; label: string }[] = [
  { value: 'paused', label: 'Paused for a moment' },
  { value: 'hooks', label: 'Prepared by their own commands' },
  { value: 'stopped', label: 'Stopped and started again' },
  { value: 'live', label: 'Left running' },
];

export const changeLooks: Readonly<Record<DifferentEntry['kind'], { label: string; color: string }>> = {
  added: { label: 'Added', color: 'teal' },
  removed: { label: 'Removed', color: 'red' },
  content: { label: 'Changed', color: 'orange' },
  metadata: { label: 'Owner or mode', color: 'gray' },
};

/** "db-data 48 MB, uploads 1.2 MB": the largest first. */
export function volumeWords({ volumes }: Pick<SnapshotSummary, 'volumes'>): string {
  const largestFirst = [...volumes].sort((one, other) => other.bytes - one.bytes);
  return largestFirst.map(({ key, bytes }) => `${key} ${formatBytes(bytes)}`).join(', ');
}

const productNames: Readonly<Record<FoundDatabase['product'], string>> = { postgresql: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' };

/** "PostgreSQL 15 in db-data". */
export function databaseWords({ product, version, volume }: FoundDatabase, { volumes }: Pick<SnapshotSummary, 'volumes'>): string {
  const key = volumes.find(({ name }) => name === volume)?.key ?? volume;
  return `${productNames[product]}${version === undefined ? '' : ` ${version}`} in ${key}`;
}

/** "Every 2 hours", "Every day at 02:00". */
export function scheduleWords({ when }: Pick<SnapshotSchedule, 'when'>): string {
  if (when.kind === 'daily') return `Every day at ${when.time}`;
  const hours = when.minutes / 60;
  if (Number.isInteger(hours)) return hours === 1 ? 'Every hour' : `Every ${hours} hours`;
  return when.minutes === 1 ? 'Every minute' : `Every ${when.minutes} minutes`;
}

export const outcomeWords: Readonly<Record<NonNullable<SnapshotSchedule['last']>['outcome'], string>> = {
  taken: 'taken',
  unchanged: 'nothing had changed',
  'not-running': 'the environment did not run',
  failed: 'failed',
};

/** What they hold, and what all snapshots together take on disk: equal data is kept once. */
export function storeWords(all: readonly SnapshotSummary[], usage: SnapshotUsage | undefined): string {
  const held = `${count(all.length, 'snapshot')} of ${formatBytes(all.reduce((sum, one) => sum + one.logicalBytes, 0))}`;
  return usage ? `${held}. The store takes ${formatBytes(usage.storedBytes)} on disk.` : `${held}.`;
}

/** What to know before a snapshot leaves this machine; undefined for a masked one. */
export function unmaskedWords({ maskedFrom }: Pick<SnapshotSummary, 'maskedFrom'>): string | undefined {
  return maskedFrom === undefined ? 'Its data is not masked: whoever gets it sees everything.' : undefined;
}

export function oldestFirst(all: readonly SnapshotSummary[]): readonly SnapshotSummary[] {
  return [...all].sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
}

/** Snapshots of one day under its name: "Today", "Yesterday", "Monday, November 16, 2026". Keeps the order. */
export function byDay(all: readonly SnapshotSummary[], now: Date): readonly { day: string; snapshots: readonly SnapshotSummary[] }[] {
  const days: { day: string; snapshots: SnapshotSummary[] }[] = [];
  for (const snapshot of all) {
    const day = dayName(new Date(snapshot.createdAt), now);
    const last = days.at(-1);
    if (last?.day === day) last.snapshots.push(snapshot);
    else days.push({ day, snapshots: [snapshot] });
  }
  return days;
}

const dayFormat = new Intl.DateTimeFormat('en', { dateStyle: 'full' });

function dayName(at: Date, now: Date): string {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  const day = dayFormat.format(at);
  return day === dayFormat.format(now) ? 'Today' : day === dayFormat.format(yesterday) ? 'Yesterday' : day;
}

const timeFormat = new Intl.DateTimeFormat('en', { timeStyle: 'short' });

/** "2:05 PM": within its day. */
export function timeOfDay(at: string): string {
  return timeFormat.format(new Date(at));
}

/** "rwxr-x---", as `ls` shows it; `mode` with or without the bits of the file's type. */
export function modeWords(mode: number): string {
  const letters = ['r', 'w', 'x', 'r', 'w', 'x', 'r', 'w', 'x'];
  const plain = letters.map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'));
  const special = (bit: number, at: number, set: string, unset: string): void => {
    if (mode & bit) plain[at] = plain[at] === 'x' ? set : unset;
  };
  special(0o4000, 2, 's', 'S');
  special(0o2000, 5, 's', 'S');
  special(0o1000, 8, 't', 'T');
  return plain.join('');
}

import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';

/** How many snapshots of one environment to keep. What one rule keeps stays, whatever the others say. */
export interface RetentionPolicy {
  /** The newest ones. */
  readonly last?: number | undefined;
  /** The newest of each of so many days (UTC) that have one. */
  readonly daily?: number | undefined;
  /** The newest of each of so many weeks (ISO, from Monday) that have one. */
  readonly weekly?: number | undefined;
}

/**
 * The snapshots that a policy lets go. Those with a tag, those a person took, and seeds always stay: only safety nets and
 * scheduled ones are anybody's to clean up.
 */
export function chooseExpired(snapshots: readonly SnapshotSummary[], policy: RetentionPolicy): readonly SnapshotSummary[] {
  const newestFirst = [...snapshots].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  const expired: SnapshotSummary[] = [];
  for (const group of groupBy(newestFirst, ({ environmentId }) => environmentId).values()) {
    const candidates = group.filter(({ kind, tags }) => (kind === 'safety' || kind === 'scheduled') && tags.length === 0);
    const kept = new Set([
      ...candidates.slice(0, policy.last ?? 0),
      ...newestOfEach(candidates, dayOf, policy.daily ?? 0),
      ...newestOfEach(candidates, weekOf, policy.weekly ?? 0),
    ]);
    expired.push(...candidates.filter((snapshot) => !kept.has(snapshot)));
  }
  return expired;
}

function newestOfEach(newestFirst: readonly SnapshotSummary[], periodOf: (at: Date) => string, count: number): readonly SnapshotSummary[] {
  const periods = groupBy(newestFirst, ({ createdAt }) => periodOf(new Date(createdAt)));
  return [...periods.values()].slice(0, count).flatMap(([newest]) => (newest ? [newest] : []));
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** The Monday that the week began with. */
function weekOf(at: Date): string {
  const daysSinceMonday = (at.getUTCDay() + 6) % 7;
  return dayOf(new Date(at.getTime() - daysSinceMonday * 86_400_000));
}

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return groups;
}

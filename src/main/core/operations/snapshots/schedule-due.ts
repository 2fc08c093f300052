import type { SnapshotSchedule } from '../../../../shared/models/snapshot-schedule.ts';

/** When a schedule is due next: in the past when its time passed while nobody was there to keep it. */
export function dueAt({ when, since, last }: Pick<SnapshotSchedule, 'when' | 'since' | 'last'>): Date {
  const from = new Date(last?.at ?? since);
  if (when.kind === 'every') return new Date(from.getTime() + when.minutes * 60_000);
  const [hours = 0, minutes = 0] = when.time.split(':').map(Number);
  const due = new Date(from);
  due.setHours(hours, minutes, 0, 0);
  if (due <= from) due.setDate(due.getDate() + 1);
  return due;
}

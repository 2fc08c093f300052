import { type Command, InvalidArgumentError } from 'commander';
import { Fault } from '../../main/core/base/fault.ts';
import { dueAt } from '../../main/core/operations/snapshots/schedule-due.ts';
import { scheduleKeep, scheduleTime, type ScheduleKeep, type ScheduleTime, type SnapshotSchedule } from '../../shared/models/snapshot-schedule.ts';
import { resolveTarget, type CommandContext, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { withTarget } from './target-options.ts';

interface ScheduleOptions extends TargetOptions {
  readonly every?: ScheduleTime;
  readonly daily?: ScheduleTime;
  readonly keep?: ScheduleKeep;
  readonly off?: boolean;
}

const usualKeep: ScheduleKeep = { last: 24, daily: 7, weekly: 4 };

/** `slipway snapshot schedule [ENV] …`, `schedule show`, `schedule run`. */
export function addSnapshotScheduleCommands(snapshot: Command, run: Run): void {
  const schedule = withTarget(snapshot.command('schedule').description('take snapshots of an environment by themselves, while it runs and has changed'))
    .option('--every <time>', 'in steps such as 30m, 2h, 1d', readEvery)
    .option('--daily <HH:MM>', 'each day at this time', readDaily)
    .option('--keep <rules>', 'scheduled snapshots to keep, e.g. last=24,daily=7,weekly=4', readKeep)
    .option('--off', 'no more')
    .action(run((context, name: string | undefined, options: ScheduleOptions) => set(context, name, options)));

  schedule
    .command('show')
    .description('show all schedules, when each is due next and how it went the last time')
    .action(run((context) => show(context)));

  schedule
    .command('run')
    .description('take what is due now; for cron, where the app is not open')
    .action(
      run(async (context) => {
        const due = context.core.schedules.runDue();
        if (due.length === 0 && !context.options.json) context.print([], () => 'Nothing is due.\n');
        for (const job of due) {
          const result = await followJob(context, job);
          if (!context.options.json) context.print(result, () => `${String(result['snapshotId'] ?? result['outcome'])}\n`);
        }
      }),
    );
}

async function set(context: CommandContext, name: string | undefined, { every, daily, keep, off, ...target }: ScheduleOptions): Promise<void> {
  const chosen = [every, daily, off].filter((option) => option !== undefined);
  if (chosen.length > 1) throw new Fault({ code: 'usage.invalid', message: '--every, --daily and --off exclude each other.', hint: 'Give one of them.' });
  const { schedules } = context.core;
  const record = await resolveTarget(context, name, target);
  const before = schedules.get(record);
  const when = every ?? daily ?? before?.when;
  if (off) schedules.set(record, undefined);
  else if (when && (chosen.length > 0 || keep)) schedules.set(record, { when, keep: keep ?? before?.keep ?? usualKeep });
  else if (keep) throw new Fault({ code: 'usage.invalid', message: `${record.name} has no schedule yet.`, hint: 'Give --every or --daily too.' });
  const now = schedules.get(record);
  context.print(now ?? null, () => (now ? scheduleTable(context, [now]) : `${record.name} has no schedule.\n`));
}

function show(context: CommandContext): Promise<void> {
  const all = context.core.schedules.list();
  context.print(all, () => (all.length > 0 ? scheduleTable(context, all) : 'There are no schedules.\n'));
  return Promise.resolve();
}

function scheduleTable({ core }: CommandContext, all: readonly SnapshotSchedule[]): string {
  const rows = all.map((schedule) => [
    core.library.get(schedule.environmentId).name,
    whenText(schedule.when),
    Object.entries(schedule.keep).map(([rule, count]) => `${rule}=${count}`).join(','),
    dueAt(schedule).toISOString(),
    schedule.last ? `${schedule.last.outcome} ${schedule.last.at}` : '—',
  ]);
  return table(['ENVIRONMENT', 'WHEN', 'KEEP', 'NEXT', 'LAST'], rows);
}

function whenText(when: ScheduleTime): string {
  if (when.kind === 'daily') return `daily ${when.time}`;
  const { minutes } = when;
  if (minutes % 1440 === 0) return `every ${minutes / 1440}d`;
  return minutes % 60 === 0 ? `every ${minutes / 60}h` : `every ${minutes}m`;
}

function readEvery(text: string): ScheduleTime {
  const [, number, unit] = /^(\d+)(m|h|d)$/.exec(text) ?? [];
  const minutes = Number(number) * ({ m: 1, h: 60, d: 1440 }[unit ?? ''] ?? Number.NaN);
  return valid({ kind: 'every', minutes }, 'It must be a time such as 30m, 2h or 1d.');
}

function readDaily(text: string): ScheduleTime {
  return valid({ kind: 'daily', time: text }, 'It must be a time of day such as 03:30.');
}

function valid(value: unknown, message: string): ScheduleTime {
  const parsed = scheduleTime.safeParse(value);
  if (!parsed.success) throw new InvalidArgumentError(message);
  return parsed.data;
}

function readKeep(text: string): ScheduleKeep {
  const rules = text.split(',').map((rule) => /^(last|daily|weekly)=(\d+)$/.exec(rule));
  if (rules.includes(null)) throw new InvalidArgumentError('It must be rules such as last=24,daily=7,weekly=4.');
  return scheduleKeep.parse(Object.fromEntries(rules.map((rule) => [rule?.[1] ?? '', Number(rule?.[2])])));
}

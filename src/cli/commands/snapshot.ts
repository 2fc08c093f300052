import { type Command, Option } from 'commander';
import { formatBytes } from '../../shared/format-bytes.ts';
import { consistencyLevels } from '../../main/core/compose/snapshot-rules.ts';
import { environmentSnapshots } from '../../main/core/operations/snapshots/environment-snapshots.ts';
import { resolveTarget, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { formatAge, shortId, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { addSnapshotCloneCommand } from './clone.ts';
import { addRestoreCommands } from './snapshot-restore.ts';
import { addSnapshotScheduleCommands } from './snapshot-schedule.ts';
import { addSnapshotShareCommands } from './snapshot-share.ts';
import { addSnapshotShelfCommands } from './snapshot-shelf.ts';
import { collect, withTarget } from './target-options.ts';

interface CreateOptions extends TargetOptions {
  readonly name?: string;
  readonly note?: string;
  readonly tag?: string[];
  readonly consistency?: (typeof consistencyLevels)[number];
  readonly volume?: string[];
  readonly exclude?: string[];
}

/** `slipway snapshot …`. */
export function addSnapshotCommands(program: Command, run: Run): void {
  const snapshot = program.command('snapshot').description('take, list, verify and restore snapshots of all volumes');

  addSnapshotShelfCommands(snapshot, run);
  addSnapshotShareCommands(snapshot, run);
  addSnapshotScheduleCommands(snapshot, run);
  addSnapshotCloneCommand(snapshot, run);

  withTarget(snapshot.command('create').description('take a snapshot of all volumes at one moment'))
    .option('--name <name>', 'name (default: environment and time)')
    .option('--note <text>', 'what it is for')
    .option('--tag <tag>', 'tag, so that it is never cleaned up; may be repeated', collect)
    .addOption(new Option('--consistency <level>', 'how services stand meanwhile (default: paused)').choices(consistencyLevels))
    .option('--volume <name>', 'only this volume or bind mount; may be repeated', collect)
    .option('--exclude <name>', 'not this volume; may be repeated', collect)
    .action(
      run(async (context, name: string | undefined, options: CreateOptions) => {
        const record = await resolveTarget(context, name, options);
        const { name: title, note, tag: tags, consistency, volume: volumes, exclude } = options;
        const request = { name: title, note, tags, consistency, volumes, exclude, kind: 'manual' } as const;
        const result = await followJob(context, context.core.snapshots.create(record, request));
        if (!context.options.json) context.print(result, () => `${String(result['snapshotId'])}\n`);
      }),
    );

  withTarget(snapshot.command('list').alias('ls').description('list what an environment can be restored from, newest first'))
    .option('-a, --all', 'of every environment')
    .action(
      run(async (context, name: string | undefined, options: TargetOptions & { all?: boolean }) => {
        const { core } = context;
        const snapshots = options.all
          ? await core.shelf.list(undefined, context)
          : await environmentSnapshots(core, await resolveTarget(context, name, options), context);
        const now = context.core.clock.now();
        context.print(snapshots, () =>
          table(
            ['ID', 'NAME', 'ENVIRONMENT', 'TAKEN', 'KIND', 'SIZE', 'NEW', 'TAGS', 'NOTE'],
            snapshots.map((one) => [
              shortId(one.id),
              one.name,
              one.environmentName,
              formatAge(new Date(one.createdAt), now),
              one.kind,
              formatBytes(one.logicalBytes),
              formatBytes(one.newBytes),
              one.tags.join(','),
              one.note ?? '',
            ]),
          ),
        );
      }),
    );

  addRestoreCommands(snapshot, run);

  snapshot
    .command('verify <snapshot>')
    .description('read every byte that a snapshot needs and compare checksums')
    .action(
      run(async (context, id: string) => {
        await followJob(context, context.core.shelf.verify(id));
        if (!context.options.json) context.print({ verified: id }, () => 'Every byte is as it was written.\n');
      }),
    );

  snapshot
    .command('remove <snapshot...>')
    .alias('rm')
    .description('delete snapshots and free what no other one needs')
    .action(
      run(async (context, ids: string[]) => {
        const freedBytes = await context.core.shelf.remove(ids, context);
        context.print({ removed: ids, freedBytes }, () => `Removed ${ids.join(', ')}; ${formatBytes(freedBytes)} freed.\n`);
      }),
    );
}

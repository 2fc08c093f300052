import type { Command } from 'commander';
import { Fault } from '../../main/core/base/fault.ts';
import { environmentSnapshots } from '../../main/core/operations/environment-snapshots.ts';
import { resolveTarget, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { formatAge, formatBytes, shortId, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { addSnapshotCloneCommand } from './clone.ts';
import { addSnapshotShareCommands } from './snapshot-share.ts';
import { addSnapshotShelfCommands } from './snapshot-shelf.ts';
import { withTarget } from './target-options.ts';

/** `slipway snapshot …`. */
export function addSnapshotCommands(program: Command, run: Run): void {
  const snapshot = program.command('snapshot').description('take, list, verify and restore snapshots of all volumes');

  addSnapshotShelfCommands(snapshot, run);
  addSnapshotShareCommands(snapshot, run);
  addSnapshotCloneCommand(snapshot, run);

  withTarget(snapshot.command('create').description('take a snapshot of all volumes at one moment'))
    .option('--name <name>', 'name (default: environment and time)')
    .option('--note <text>', 'what it is for')
    .action(
      run(async (context, name: string | undefined, options: TargetOptions & { name?: string; note?: string }) => {
        const record = await resolveTarget(context, name, options);
        const result = await followJob(
          context,
          context.core.snapshots.create(record, { name: options.name, note: options.note, kind: 'manual' }),
        );
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
            ['ID', 'NAME', 'ENVIRONMENT', 'TAKEN', 'KIND', 'SIZE', 'NEW', 'NOTE'],
            snapshots.map((one) => [
              shortId(one.id),
              one.name,
              one.environmentName,
              formatAge(new Date(one.createdAt), now),
              one.kind,
              formatBytes(one.logicalBytes),
              formatBytes(one.newBytes),
              one.note ?? '',
            ]),
          ),
        );
      }),
    );

  withTarget(snapshot.command('restore <snapshot>').description('put a snapshot’s data back, after a safety snapshot')).action(
    run(async (context, id: string, name: string | undefined, options: TargetOptions) => {
      const record = await resolveTarget(context, name, options);
      const result = await followJob(context, context.core.snapshots.restore(record, { snapshotId: id }));
      const undo = result['safetySnapshotId'];
      if (!context.options.json && typeof undo === 'string') {
        context.print(result, () => `To undo: slipway snapshot restore ${shortId(undo)}\n`);
      }
    }),
  );

  withTarget(snapshot.command('undo').description('take back the newest restore or removal: restore the newest safety snapshot')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const record = await resolveTarget(context, name, options);
      const newest = (await context.core.shelf.list(record, context)).find(({ kind }) => kind === 'safety');
      if (!newest) throw nothingToUndo(record.name);
      await followJob(context, context.core.snapshots.restore(record, { snapshotId: newest.id }));
      if (!context.options.json) context.print(newest, () => `Restored ${newest.name} (${newest.note ?? newest.createdAt}).\n`);
    }),
  );

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

function nothingToUndo(name: string): Fault {
  return new Fault({
    code: 'snapshot.not-found',
    message: `There is no safety snapshot of ${name} to go back to.`,
    hint: 'List what there is with `slipway snapshot list`.',
  });
}

import { type Command, Option } from 'commander';
import { formatBytes } from '../../shared/format-bytes.ts';
import type { EnvironmentRecord } from '../../shared/models/environment.ts';
import type { RestorePreview } from '../../shared/models/snapshot.ts';
import type { ResetTo } from '../../main/core/operations/snapshots/snapshot-operations.ts';
import type { RestoreChoice } from '../../main/core/operations/snapshots/snapshot-restore.ts';
import { type CommandContext, resolveTarget, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { shortId, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { collect, withTarget } from './target-options.ts';

interface ChoiceOptions extends TargetOptions {
  readonly volume?: string[];
  readonly path?: string[];
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** `slipway snapshot restore | reset | undo`: what replaces data. */
export function addRestoreCommands(snapshot: Command, run: Run): void {
  const choosing = (command: Command): Command =>
    command
      .option('--volume <name>', 'only this volume or bind mount; may be repeated', collect)
      .option('--dry-run', 'only say what would change');

  choosing(withTarget(snapshot.command('restore <snapshot>').description('put a snapshot’s data back, after a safety snapshot')))
    .option('--force', 'also where a database server can’t read the data')
    .option('--path <path>', 'only this file or directory of the one volume chosen; may be repeated', collect)
    .action(
      run(async (context, id: string, name: string | undefined, options: ChoiceOptions) => {
        const record = await resolveTarget(context, name, options);
        const choice = { snapshotId: id, volumes: options.volume, paths: options.path, force: options.force };
        if (options.dryRun) await preview(context, record, choice);
        else await follow(context, context.core.snapshots.restore(record, choice));
      }),
    );

  choosing(withTarget(snapshot.command('reset').description('empty all volumes, or put back what the environment began with, after a safety snapshot')))
    .addOption(new Option('--to <state>', 'what to go back to').choices(['seed', 'empty']).default('seed'))
    .action(
      run(async (context, name: string | undefined, options: ChoiceOptions & { to: ResetTo }) => {
        const record = await resolveTarget(context, name, options);
        const volumes = options.volume;
        if (options.dryRun) {
          const snapshotId = options.to === 'seed' ? await context.core.snapshots.seedOf(record, context) : undefined;
          await preview(context, record, { snapshotId, volumes });
        } else {
          await follow(context, context.core.snapshots.reset(record, options.to, { volumes }));
        }
      }),
    );

  withTarget(snapshot.command('undo').description('take back the newest restore, reset or removal: restore the newest safety snapshot')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const record = await resolveTarget(context, name, options);
      const result = await followJob(context, context.core.snapshots.undo(record));
      if (!context.options.json) context.print(result, () => `Restored ${String(result['name'])} (${String(result['note'])}).\n`);
    }),
  );
}

async function follow(context: CommandContext, jobId: string): Promise<void> {
  const result = await followJob(context, jobId);
  const undo = result['safetySnapshotId'];
  if (!context.options.json && typeof undo === 'string') {
    context.print(result, () => `To undo: slipway snapshot restore ${shortId(undo)}\n`);
  }
}

async function preview(context: CommandContext, record: EnvironmentRecord, choice: RestoreChoice): Promise<void> {
  const told = await context.core.snapshots.preview(record, choice, context);
  context.print(told, () => previewText(told));
}

function previewText({ services, volumes, entries, complete }: RestorePreview): string {
  const signs = { added: '+', removed: '-', content: '~', metadata: 'm' };
  return [
    table(
      ['VOLUME', 'ADDED', 'REMOVED', 'CHANGED', 'SIZE'],
      volumes.map((one) => [one.isNew ? `${one.key} (new)` : one.key, String(one.added), String(one.removed), String(one.changed), formatBytes(one.bytes)]),
    ),
    ...entries.map(({ kind, volume, path }) => `${signs[kind]} ${volume}:${path}\n`),
    ...(complete ? [] : ['… more than can be shown\n']),
    services === '' ? 'No service has to stop.\n' : `Stopped meanwhile: ${services}\n`,
  ].join('');
}

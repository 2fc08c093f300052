import path from 'node:path';
import type { Command } from 'commander';
import { Fault } from '../../main/core/base/fault.ts';
import { formatBytes } from '../../shared/format-bytes.ts';
import type { FoundDatabase } from '../../shared/models/snapshot-database.ts';
import type { SnapshotDetails } from '../../shared/models/snapshot.ts';
import { resolveTarget, type CommandContext, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { shortId, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { addSnapshotDiffCommand } from './snapshot-diff.ts';
import { type EncryptOptions, readEncryption, readUnlocking, type UnlockOptions, withEncryption, withUnlocking } from './snapshot-encryption.ts';
import { collect, wholeNumber, withTarget } from './target-options.ts';

interface PruneOptions extends TargetOptions {
  readonly all?: boolean;
  readonly keepLast: number;
  readonly keepDaily: number;
  readonly keepWeekly: number;
  readonly dryRun?: boolean;
}

/** `slipway snapshot show | diff | browse | tag | prune | export | import`: what needs no engine. */
export function addSnapshotShelfCommands(snapshot: Command, run: Run): void {
  snapshot
    .command('show <snapshot>')
    .description('show what a snapshot holds and what it was taken from')
    .action(
      run(async (context, id: string) => {
        const details = await context.core.shelf.get(id, context);
        const databases = await context.core.shelf.databases(details.id, context);
        context.print({ ...details, databases }, () => detailsText(details, databases));
      }),
    );

  snapshot
    .command('browse <snapshot> <volume> [path]')
    .description('list a directory inside a snapshot, or with --output take a file out')
    .option('-o, --output <file>', 'write the file at this path')
    .action(run((context, id: string, volume: string, inside: string | undefined, options: { output?: string }) => browse(context, id, volume, inside ?? '', options)));

  addSnapshotDiffCommand(snapshot, run);

  snapshot
    .command('tag <snapshot>')
    .description('rename a snapshot, note what it is for, or tag it so that it is never cleaned up')
    .option('--name <name>', 'new name')
    .option('--note <text>', 'new note')
    .option('--tag <tag>', 'tag; may be repeated; these replace the tags it has', collect)
    .action(
      run(async (context, id: string, { tag, ...notes }: { name?: string; note?: string; tag?: string[] }) => {
        if (tag === undefined && notes.name === undefined && notes.note === undefined) throw nothingToNote();
        await context.core.shelf.annotate(id, { ...notes, ...(tag ? { tags: tag } : {}) }, context);
        context.print({ changed: id }, () => `Changed ${id}.\n`);
      }),
    );

  withTarget(snapshot.command('prune').description('delete old safety and scheduled snapshots and free what nothing needs'))
    .option('-a, --all', 'of every environment')
    .option('--keep-last <n>', 'keep the newest', wholeNumber, 5)
    .option('--keep-daily <n>', 'keep the newest of each of so many days', wholeNumber, 7)
    .option('--keep-weekly <n>', 'keep the newest of each of so many weeks', wholeNumber, 4)
    .option('--dry-run', 'only say what would go')
    .action(run((context, name: string | undefined, options: PruneOptions) => prune(context, name, options)));

  withEncryption(snapshot.command('export <snapshot> <file>').description('write a snapshot into one file')).action(
    run(async (context, id: string, file: string, options: EncryptOptions) => {
      const encryption = await readEncryption(context, options);
      const to = path.resolve(context.workingDirectory, file);
      await followJob(context, context.core.sharing.export(id, to, { encryption }));
      if (!context.options.json) context.print({ file: to }, () => `${to}\n`);
    }),
  );

  withUnlocking(snapshot.command('import <file>').description('take in a snapshot that was exported')).action(
    run(async (context, file: string, options: UnlockOptions) => {
      const unlocking = await readUnlocking(context, options);
      const result = await followJob(context, context.core.sharing.import(path.resolve(context.workingDirectory, file), { unlocking }));
      if (!context.options.json) context.print(result, () => `${String(result['snapshotId'])}\n`);
    }),
  );
}

function nothingToNote(): Fault {
  return new Fault({ code: 'usage.invalid', message: 'There is nothing to change.', hint: 'Give --name, --note or --tag.' });
}

async function browse(
  context: CommandContext,
  snapshotId: string,
  volume: string,
  inside: string,
  { output }: { output?: string },
): Promise<void> {
  if (output !== undefined) {
    const to = path.resolve(context.workingDirectory, output);
    await context.core.shelf.extract({ snapshotId, volume, path: inside, to }, context);
    context.print({ written: to }, () => `${to}\n`);
    return;
  }
  const entries = await context.core.shelf.browse({ snapshotId, volume, path: inside }, context);
  context.print(entries, () =>
    table(
      ['MODE', 'OWNER', 'SIZE', 'CHANGED', 'NAME'],
      entries.map((entry) => [
        (entry.mode & 0o7777).toString(8).padStart(4, '0'),
        `${entry.uid}:${entry.gid}`,
        entry.size === undefined ? entry.type : formatBytes(entry.size),
        entry.modifiedAt,
        entry.target === undefined ? entry.name : `${entry.name} → ${entry.target}`,
      ]),
    ),
  );
}

async function prune(context: CommandContext, name: string | undefined, options: PruneOptions): Promise<void> {
  const record = options.all ? undefined : await resolveTarget(context, name, options);
  const policy = { last: options.keepLast, daily: options.keepDaily, weekly: options.keepWeekly };
  const expired = await context.core.shelf.expired(record, policy, context);
  const freedBytes = options.dryRun ? 0 : await context.core.shelf.remove(expired.map(({ id }) => id), context);
  context.print({ expired, freedBytes }, () =>
    [
      ...expired.map(({ id, name: title, createdAt }) => `${options.dryRun ? 'would delete' : 'deleted'} ${shortId(id)}  ${title}  ${createdAt}\n`),
      options.dryRun ? (expired.length === 0 ? 'Nothing would be deleted.\n' : '') : `${formatBytes(freedBytes)} freed\n`,
    ].join(''),
  );
}

function detailsText(details: SnapshotDetails, databases: readonly FoundDatabase[]): string {
  const facts = table(
    ['FIELD', 'VALUE'],
    [
      ['id', details.id],
      ['name', details.name],
      ['environment', `${details.environmentName} (project ${details.project})`],
      ['taken', `${details.createdAt}, ${details.kind}, ${details.consistency}`],
      ['note', details.note ?? '—'],
      ['tags', details.tags.join(', ') || '—'],
      ...(details.maskedFrom === undefined ? [] : [['masked', `copy of ${shortId(details.maskedFrom)}`]]),
      ['size', `${formatBytes(details.logicalBytes)}; ${formatBytes(details.packedBytes)} in ${details.packs === 1 ? '1 pack' : `${details.packs} packs`}, ${formatBytes(details.newBytes)} of it new`],
      ['engine', `${details.engine.name} ${details.engine.version} (${details.engine.platform})`],
    ],
  );
  const volumes = table(
    ['VOLUME', 'NAME', 'SIZE', 'FILES'],
    details.volumes.map(({ key, name, bytes, files }) => [key, name, formatBytes(bytes), String(files)]),
  );
  const images = table(['IMAGE', 'DIGEST'], Object.entries(details.images));
  const data = table(
    ['DATABASE', 'VERSION', 'VOLUME', 'DIRECTORY'],
    databases.map(({ product, version, volume, directory }) => [product, version ?? 'unknown', volume, directory || '/']),
  );
  return [facts, volumes, images, ...(databases.length > 0 ? [data] : [])].join('\n');
}

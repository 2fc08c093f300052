import path from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../shared/format-bytes.ts';
import type { BundleContents, BundleImage, BundlePlan, BundleSnapshot } from '../../shared/models/bundle.ts';
import { type CommandContext, resolveTarget, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { shortId, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { collect, withTarget } from './target-options.ts';

interface CreateOptions extends TargetOptions {
  readonly output?: string;
  readonly snapshot?: readonly string[];
  readonly images: boolean;
  readonly withSecrets?: boolean;
  readonly have?: string;
  readonly dryRun?: boolean;
}

interface ImportOptions {
  readonly name?: string;
  readonly directory?: string;
  readonly restore?: string | boolean;
}

/** `slipway bundle …`: environments as files, for machines without a network. */
export function addBundleCommands(program: Command, run: Run): void {
  const bundle = program.command('bundle').description('an environment with its images and data as one file');

  withTarget(bundle.command('create').description('write an environment with its images and chosen snapshots into one file'))
    .option('-o, --output <file>', 'the file to write')
    .option('--snapshot <id>', 'snapshot to take along; may be repeated', collect)
    .option('--without-images', 'leave the images out')
    .option('--with-secrets', 'take the files of secrets along, in clear')
    .option('--have <file>', 'bundle or lock file that tells what the other machine has; that is left out')
    .option('--dry-run', 'only show what it would hold')
    .action(run((context, name: string | undefined, options: CreateOptions & { withoutImages?: boolean }) => create(context, name, { ...options, images: !options.withoutImages })));

  bundle
    .command('show <file>')
    .description('show what a bundle holds')
    .action(
      run(async (context, file: string) => {
        const contents = await context.core.bundles.show(path.resolve(context.workingDirectory, file), context);
        context.print(contents, () => contentsText(contents));
      }),
    );

  bundle
    .command('import <file>')
    .description('take a bundle in: its images, snapshots and environment, ready to start without a network')
    .option('--name <name>', 'name in the library')
    .option('--directory <folder>', "folder to make for the environment's files")
    .option('--restore [snapshot]', 'also put the data of a snapshot of the bundle into place, the newest one by default')
    .action(run((context, file: string, options: ImportOptions) => importBundle(context, file, options)));
}

async function create(context: CommandContext, name: string | undefined, options: CreateOptions): Promise<void> {
  const { core, workingDirectory } = context;
  const record = await resolveTarget(context, name, options);
  const choice = {
    snapshots: options.snapshot ?? [],
    images: options.images,
    withSecrets: options.withSecrets ?? false,
    have: options.have === undefined ? undefined : path.resolve(workingDirectory, options.have),
  };
  if (options.dryRun) {
    const plan = await core.bundles.plan(record, choice, context);
    context.print(plan, () => planText(plan));
    return;
  }
  const file = path.resolve(workingDirectory, options.output ?? `${record.name}.slipway`);
  const result = await followJob(context, core.bundles.create(record, { ...choice, file }));
  if (!context.options.json) context.print(result, () => `${file}  ${formatBytes(Number(result['bytes']))}\n`);
}

async function importBundle(context: CommandContext, file: string, { restore, ...options }: ImportOptions): Promise<void> {
  const { core, workingDirectory } = context;
  const result = await followJob(
    context,
    core.bundles.import({
      file: path.resolve(workingDirectory, file),
      name: options.name,
      directory: options.directory === undefined ? undefined : path.resolve(workingDirectory, options.directory),
    }),
  );
  const { environmentId, name, directory, snapshots, ask } = result as { environmentId: string; name: string; directory: string; snapshots: string[]; ask: string[] };
  if (restore !== undefined && restore !== false) {
    const snapshotId = restore === true ? await newest(context, snapshots) : restore;
    if (snapshotId !== undefined) await followJob(context, core.snapshots.restore(core.library.get(environmentId), { snapshotId }));
  }
  if (context.options.json) return;
  const missing = ask.map((one) => `It needs the file ${path.join(directory, one)}, which was left out as a secret.\n`).join('');
  context.print(result, () => `Added ${name} in ${directory}. Start it with: slipway up ${name}\n${missing}`);
}

async function newest({ core, signal }: CommandContext, ids: readonly string[]): Promise<string | undefined> {
  return (await core.shelf.list(undefined, { signal })).find(({ id }) => ids.includes(id))?.id;
}

function planText(plan: BundlePlan): string {
  return [
    imageTable(plan.images),
    snapshotTable(plan.snapshots),
    `${plan.files.length} files, ${formatBytes(plan.files.reduce((sum, { bytes }) => sum + bytes, 0))}\n`,
    ...plan.ask.map((file) => `left out, a secret: ${file}\n`),
    ...plan.leftOut.map(({ path: file, why }) => `left out: ${file}, as ${why}\n`),
    ...plan.missingImages.map((image) => `not on the engine: ${image}\n`),
    `At most ${formatBytes(plan.totalBytes)}, before compression.\n`,
  ].join('');
}

function contentsText(contents: BundleContents): string {
  return [
    table(
      ['FIELD', 'VALUE'],
      [
        ['environment', contents.environmentName],
        ['made', contents.createdAt],
        ['size', formatBytes(contents.bytes)],
        ['id', contents.id],
        ['files', contents.files.map(({ path: file }) => file).join(', ')],
        ...contents.ask.map((file) => ['left out', `${file}, a secret`]),
      ],
    ),
    imageTable(contents.images),
    snapshotTable(contents.snapshots),
  ].join('');
}

function imageTable(images: readonly BundleImage[]): string {
  if (images.length === 0) return '';
  const rows = images.map(({ references, platform, bytes, addedBytes, complete }) => [
    formatBytes(bytes),
    formatBytes(addedBytes),
    platform,
    `${references.join(', ')}${complete ? '' : ' (without layers that are there)'}`,
  ]);
  return table(['SIZE', 'ADDS', 'PLATFORM', 'IMAGE'], rows);
}

function snapshotTable(snapshots: readonly BundleSnapshot[]): string {
  if (snapshots.length === 0) return '';
  return table(
    ['SIZE', 'ADDS', 'ID', 'SNAPSHOT'],
    snapshots.map(({ id, name, bytes, addedBytes }) => [formatBytes(bytes), formatBytes(addedBytes), shortId(id), name]),
  );
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { formatBytes } from '../../shared/format-bytes.ts';
import type { ImageChanges, LockChange, ServiceImage } from '../../shared/models/image-check.ts';
import { rehearsalMarkdown } from '../../shared/models/rehearsal-markdown.ts';
import { type RehearsalReport, rehearsalReport, updateReport } from '../../shared/models/rehearsal.ts';
import { type CommandContext, resolveTarget, type TargetOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { shortId, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { withTarget } from './target-options.ts';

interface RehearseOptions extends TargetOptions {
  readonly set?: Readonly<Record<string, string>>;
  readonly snapshot?: string;
  readonly keep?: boolean;
  readonly report?: string;
}

/** `slipway images check | lock | update | rehearse`. */
export function addImageUpdateCommands(images: Command, run: Run): void {
  withTarget(images.command('check').description('compare what the services run with the engine, the lock and the registries')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const found = await context.core.imageCheck.check(await resolveTarget(context, name, options), context);
      context.print(found, () => checkText(found));
    }),
  );

  withTarget(images.command('lock').description('write down which digest each image reference stands for'))
    .option('--diff', 'only say what would change')
    .option('--check', 'only say what would change, and end with 1 when something would')
    .action(run((context, name: string | undefined, options: TargetOptions & { diff?: boolean; check?: boolean }) => lock(context, name, options)));

  withTarget(images.command('update').description('pull newer images, recreate and check; goes back by itself when that fails')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const record = await resolveTarget(context, name, options);
      const report = updateReport.parse(await followJob(context, context.core.imageUpdate.update(record)));
      if (context.options.json) return;
      context.print(report, () =>
        report.images.length === 0
          ? `Nothing to update: no image of ${record.name} is newer in its registry.\n`
          : table(['SERVICE', 'IMAGE', 'BEFORE', 'NOW'], report.images.map((one) => [one.service, one.image, short(one.before), short(one.after)])),
      );
    }),
  );

  withTarget(images.command('rehearse').description('try newer or other images on a copy with the data; the original is not touched'))
    .option('--set <service=image>', 'image to try for a service; may be repeated (default: what is newer in the registries)', collectImages)
    .option('--snapshot <snapshot>', 'data to try with (default: that of now)')
    .option('--keep', 'leave the copy in the library')
    .option('--report <file>', 'write the report: Markdown, or JSON for a name that ends in .json')
    .action(run((context, name: string | undefined, options: RehearseOptions) => rehearse(context, name, options)));
}

async function lock(context: CommandContext, name: string | undefined, { diff, check, ...target }: TargetOptions & { diff?: boolean; check?: boolean }): Promise<number> {
  const record = await resolveTarget(context, name, target);
  const { imageLocks } = context.core;
  const onlyTell = diff === true || check === true;
  const report = await (onlyTell ? imageLocks.draft(record, context) : imageLocks.write(record, context));
  context.print(report, () =>
    [
      ...report.changes.map(changeText),
      ...report.unlocked.map(({ image, reason }) => `  ${image} is not locked: ${reason}`),
      onlyTell ? (report.changes.length === 0 ? 'The lock is as the registries are.' : `${report.changes.length} changes; nothing was written.`) : `Wrote ${report.file}.`,
      ...(report.inForce ? [] : [`It is not in force: add “lock: ${path.basename(report.file)}” to the environment profile.`]),
    ].map((line) => `${line}\n`).join(''),
  );
  return check && report.changes.length > 0 ? exitCodes.failed : exitCodes.ok;
}

async function rehearse(context: CommandContext, name: string | undefined, { set, snapshot, keep, report: file, ...target }: RehearseOptions): Promise<number> {
  const record = await resolveTarget(context, name, target);
  const request = { ...(set ? { images: set } : {}), ...(snapshot === undefined ? {} : { snapshotId: snapshot }), ...(keep ? { keep } : {}) };
  const report = rehearsalReport.parse(await followJob(context, context.core.rehearsals.rehearse(record, request)));
  if (file !== undefined) {
    const to = path.resolve(context.workingDirectory, file);
    await writeFile(to, to.endsWith('.json') ? `${JSON.stringify(report, undefined, 2)}\n` : rehearsalMarkdown(report));
  }
  if (!context.options.json) context.print(report, () => summary(report, file));
  return report.verdict === 'works' ? exitCodes.ok : exitCodes.failed;
}

function summary(report: RehearsalReport, file: string | undefined): string {
  if (file === undefined) return rehearsalMarkdown(report);
  return `${report.verdict === 'works' ? 'It works' : `It fails${report.problem ? `: ${report.problem.message}` : ''}`}. The report is in ${file}.\n`;
}

function checkText(found: readonly ServiceImage[]): string {
  return table(
    ['SERVICE', 'IMAGE', 'STATE', 'HERE', 'REGISTRY', 'WHAT'],
    found.map(({ service, image, state, present, locked, newest, changes, problem }) => [
      service,
      locked ? `${image} (locked)` : image,
      state,
      short(locked ?? present?.digest ?? present?.id),
      short(newest),
      problem?.message ?? (changes ? changesText(changes) : ''),
    ]),
  );
}

function changesText({ createdAfter, sizeBefore, sizeAfter, layers, newLayers, newBytes, labels }: ImageChanges): string {
  return [
    ...(createdAfter ? [`made ${createdAfter.slice(0, 10)}`] : []),
    sizeBefore === undefined ? formatBytes(sizeAfter) : `${formatBytes(sizeBefore)} → ${formatBytes(sizeAfter)}`,
    `${newLayers} of ${layers} layers new, ${formatBytes(newBytes)}`,
    ...labels.map(({ name, before = '—', after = '—' }) => `${name}: ${before} → ${after}`),
  ].join('; ');
}

function changeText({ image, kind, before, after }: LockChange): string {
  const sign = { added: '+', removed: '-', changed: '~' }[kind];
  return `${sign} ${image}  ${[before, after].filter((digest) => digest !== undefined).map(short).join(' → ')}`;
}

function short(digest: string | undefined): string {
  if (digest === undefined) return '—';
  const [name, pin] = digest.split('@');
  return pin === undefined ? (digest.startsWith('sha256:') ? shortId(digest) : digest) : `${name ?? ''}@${shortId(pin)}`;
}

function collectImages(text: string, all: Record<string, string> | undefined): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals < 1 || equals === text.length - 1) throw new InvalidArgumentError('It must be SERVICE=IMAGE.');
  return { ...all, [text.slice(0, equals)]: text.slice(equals + 1) };
}

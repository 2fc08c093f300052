import type { Command } from 'commander';
import { formatBytes } from '../../shared/format-bytes.ts';
import type { DiskImage, DiskReport } from '../../shared/models/disk.ts';
import type { CommandContext } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { shortId, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';

interface PruneOptions {
  readonly local?: boolean;
  readonly dryRun?: boolean;
}

/** `slipway disk`, and `slipway images prune` in the group of that name. */
export function addDiskCommands(program: Command, run: Run): void {
  program
    .command('disk')
    .description('what takes space on the engine and in the snapshot store, and for which environment')
    .action(
      run(async (context) => {
        const report = await context.core.disk.report(context);
        context.print(report, () => reportText(report));
      }),
    );

  const images = program.commands.find((command) => command.name() === 'images') ?? program.command('images').description('the images of environments');
  images
    .command('prune')
    .description('remove images that no environment, lock or container needs and that a registry has')
    .option('--local', 'also those that exist only here')
    .option('--dry-run', 'only say what would go')
    .action(run((context, options: PruneOptions) => prune(context, options)));
}

async function prune(context: CommandContext, { local = false, dryRun = false }: PruneOptions): Promise<void> {
  const { disk } = context.core;
  const report = await disk.report(context);
  const chosen = report.images.filter(({ unused, fromRegistry }) => unused && (local || fromRegistry));
  if (dryRun) {
    const freedBytes = report.reclaimableBytes + (local ? report.localReclaimableBytes : 0);
    context.print({ images: chosen, freedBytes, unreadable: report.unreadable }, () =>
      [...chosen.map((image) => `would remove ${nameOf(image)}  ${formatBytes(image.bytes)}\n`), `${formatBytes(freedBytes)} would be freed\n`, unreadableText(report)].join(''),
    );
    return;
  }
  const result = await followJob(context, disk.prune(chosen.map(({ id }) => id)));
  if (context.options.json) return;
  const removed = result['removed'] as string[];
  context.print(result, () =>
    [...chosen.filter(({ id }) => removed.includes(id)).map((image) => `removed ${nameOf(image)}\n`), `${formatBytes(Number(result['freedBytes']))} freed\n`].join(''),
  );
}

function reportText(report: DiskReport): string {
  const reclaimable = `${formatBytes(report.reclaimableBytes)} unused${report.localReclaimableBytes > 0 ? `, ${formatBytes(report.localReclaimableBytes)} more only here` : ''}`;
  return [
    table(
      ['WHAT', 'SIZE', ''],
      [
        ['images', formatBytes(report.imagesBytes), reclaimable],
        ['containers', formatBytes(report.containersBytes), ''],
        ['volumes', formatBytes(report.volumesBytes), `${report.volumes.length}`],
        ['build cache', formatBytes(report.buildCacheBytes), ''],
        ['snapshots', formatBytes(report.snapshots.bytes), `${report.snapshots.count}, ${formatBytes(report.snapshots.unreferencedBytes)} unused`],
      ],
    ),
    '\n',
    table(['SIZE', 'NEEDED BY', 'IMAGE'], report.images.map((image) => [formatBytes(image.bytes), neededBy(image), nameOf(image)])),
    unreadableText(report),
  ].join('');
}

function neededBy({ environments, containers, unused, fromRegistry }: DiskImage): string {
  if (environments.length > 0) return environments.join(', ');
  if (containers.length > 0) return `container ${containers.join(', ')}`;
  return unused ? (fromRegistry ? '—' : '— (only here)') : '?';
}

function nameOf({ references, id }: DiskImage): string {
  return references[0] ?? shortId(id);
}

function unreadableText({ unreadable }: DiskReport): string {
  return unreadable.map(({ environment, message }) => `${environment} can't be read, so nothing is called unused: ${message}\n`).join('');
}

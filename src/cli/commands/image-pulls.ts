import { type Command, Option } from 'commander';
import { defined } from '../../shared/defined.ts';
import { formatBytes } from '../../shared/format-bytes.ts';
import type { DownloadPlan, ImageDownload } from '../../shared/models/download.ts';
import { resolveTarget, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { paint, table, type Terminal } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { withTarget } from './target-options.ts';

/** `slipway images list | pull`. */
export function addImagePullCommands(images: Command, run: Run): void {
  withTarget(images.command('list').description('list the images, what the engine has of them, and how much a pull would download')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const plan = await context.core.downloads.estimate(await resolveTarget(context, name, options), context);
      context.print(plan, () => imagesText(context.terminal, plan));
    }),
  );

  withTarget(images.command('pull').description('pull the images, side by side, without starting anything'))
    .addOption(new Option('--policy <policy>', 'which images to pull').choices(['always', 'missing']))
    .action(
      run(async (context, name: string | undefined, options: TargetOptions & { policy?: 'always' | 'missing' }) => {
        const record = await resolveTarget(context, name, options);
        await followJob(context, context.core.stacks.pull(record, defined({ policy: options.policy })));
      }),
    );
}

function imagesText(terminal: Terminal, { images, bytes, complete }: DownloadPlan): string {
  const problems = images.flatMap(({ reference, problem }) => (problem ? [`${paint(terminal, 'yellow', reference)} ${problem.message} ${problem.hint ?? ''}\n`] : []));
  return [
    table(
      ['IMAGE', 'SERVICES', 'ON THE ENGINE', 'TO DOWNLOAD'],
      images.map((image) => [image.reference, image.services.join(', '), image.engineBytes === undefined ? 'no' : formatBytes(image.engineBytes), downloadText(image)]),
    ),
    ...problems,
    `${formatBytes(bytes)} to download${complete ? '' : ', and what could not be asked for'}; layers that images share count once\n`,
  ].join('');
}

function downloadText({ bytes, totalBytes }: ImageDownload): string {
  if (bytes === undefined) return 'unknown';
  if (bytes === 0) return 'nothing';
  return totalBytes === undefined || totalBytes === bytes ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
}

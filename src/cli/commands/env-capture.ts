import path from 'node:path';
import type { Command } from 'commander';
import type { CaptureResult } from '../../shared/models/capture.ts';
import type { CommandContext } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { table } from '../output/terminal.ts';
import type { Run } from '../program.ts';

interface CaptureOptions {
  readonly from?: string;
  readonly project?: string;
  readonly dir?: string;
  readonly name?: string;
  readonly dryRun?: boolean;
}

/** `slipway env capture`: an environment made from what runs elsewhere. */
export function addCaptureCommand(env: Command, run: Run): void {
  env
    .command('capture')
    .description('make an environment that reproduces a Compose project running on another engine, which is only read')
    .option('--from <engine>', 'Docker context or address (unix://, tcp://, ssh://); lists the contexts when left out')
    .option('--project <name>', 'its Compose project; lists them when left out')
    .option('--dir <folder>', 'folder to write it to')
    .option('--name <name>', 'name in the library')
    .option('--dry-run', 'only print the Compose file that it would write')
    .action(run((context, options: CaptureOptions) => capture(context, options)));
}

async function capture(context: CommandContext, { from, project, dir, name, dryRun }: CaptureOptions): Promise<void> {
  const { captures } = context.core;
  if (from === undefined) {
    const engines = await captures.engines();
    context.print(engines, () => table(['ENGINE', 'ADDRESS'], engines.map(({ engine, address }) => [engine, address])));
    return;
  }
  if (project === undefined) {
    const projects = await captures.projects(from, context);
    context.print(projects, () => table(['PROJECT', 'RUNNING', 'SERVICES'], projects.map((one) => [one.name, `${one.running}/${one.containers}`, one.services.join(', ')])));
    return;
  }
  if (dryRun) {
    const preview = await captures.preview({ engine: from, project }, context);
    context.print(preview, () => preview.compose);
    return;
  }
  const directory = dir === undefined ? undefined : path.resolve(context.workingDirectory, dir);
  const result = await followJob(context, captures.capture({ engine: from, project, directory, name }));
  if (context.options.json) return;
  const captured = result as CaptureResult & { readonly name: string; readonly directory: string };
  context.print(result, () => `Wrote ${captured.directory} and added it as ${captured.name}.\n${remarks(captured)}`);
}

/** What a person has to see to before the first start. */
function remarks({ ask, withoutDigest, secretFiles, binds, volumes }: CaptureResult): string {
  return [
    ...ask.map(({ variable, title }) => `give a value: ${variable} (${title})\n`),
    ...secretFiles.map((file) => `give a file: ${file}\n`),
    ...binds.map(({ source, here }) => `give a copy of ${source} there: ${here}\n`),
    ...volumes.map(({ key, name }) => `empty here: volume ${key} (${name} there)\n`),
    ...withoutDigest.map((image) => `from no registry: ${image}\n`),
  ].join('');
}

import { type Command, Option } from 'commander';
import type { LoadedProject } from '../../main/core/compose/load.ts';
import { printDocumentJson, printJson } from '../../main/core/compose/print/json.ts';
import { environmentLines, hashes, imageNames, networkNames, profileNames, serviceNames, volumeNames } from '../../main/core/compose/print/lists.ts';
import { printDocumentYaml, printYaml } from '../../main/core/compose/print/yaml.ts';
import { resolveTarget, type CommandContext, type TargetOptions } from '../context.ts';
import { diagnosticText } from '../output/problem-text.ts';
import type { Run } from '../program.ts';
import { withTarget } from './target-options.ts';

/** Options that print one list instead of the whole project. */
const lists: Readonly<Record<string, { readonly about: string; readonly lines: (loaded: LoadedProject) => string[] }>> = {
  services: { about: 'the service names, one a line', lines: ({ project }) => serviceNames(project) },
  volumes: { about: 'the volume names, one a line', lines: ({ project }) => volumeNames(project) },
  networks: { about: 'the network names, one a line', lines: ({ project }) => networkNames(project) },
  images: { about: 'the image references, one a line', lines: ({ project }) => imageNames(project) },
  profiles: { about: 'the Compose profiles, one a line', lines: profileNames },
  environment: { about: 'the variables that interpolation sees', lines: environmentLines },
};

interface ConfigOptions extends TargetOptions {
  readonly format: 'yaml' | 'json';
  readonly hash?: string;
  readonly interpolate: boolean;
  readonly [list: string]: unknown;
}

/** `slipway config`: the canonical project, printed as `docker compose config` prints it. */
export function addConfigCommand(program: Command, run: Run): void {
  const command = withTarget(program.command('config').description('check the files and print the canonical project'))
    .addOption(new Option('--format <format>', 'how to print it').choices(['yaml', 'json']).default('yaml'))
    .option('--no-interpolate', 'leave variables as they are written')
    .option('--hash <services>', "the services' configuration hashes; * for all, or names by commas");
  for (const [name, { about }] of Object.entries(lists)) command.option(`--${name}`, about);
  command.action(
    run(async (context, name: string | undefined, options: ConfigOptions) => {
      const record = await resolveTarget(context, name, options);
      if (!options.interpolate) {
        const document = await context.core.loader.loadUninterpolated(record, context);
        const json = context.options.json || options.format === 'json';
        context.terminal.out.write(json ? printDocumentJson(document) : printDocumentYaml(document));
        return;
      }
      const loaded = options.environmentProfile
        ? (await context.core.loader.load(record, context)).definition
        : await context.core.loader.loadPlain(record, { signal: context.signal, resolveEnvFiles: options.hash === undefined });
      for (const warning of loaded.diagnostics) context.terminal.err.write(`${diagnosticText(context.terminal, warning)}\n`);
      if (!context.options.quiet) context.terminal.out.write(textOf(loaded, options, context));
    }),
  );
}

function textOf(loaded: LoadedProject, options: ConfigOptions, { options: { json } }: CommandContext): string {
  const list = Object.entries(lists).find(([name]) => options[name])?.[1];
  const lines = (texts: string[]): string => (json ? `${JSON.stringify(texts)}\n` : texts.map((line) => `${line}\n`).join(''));
  if (list) return lines(list.lines(loaded));
  if (options.hash !== undefined) {
    const names = options.hash === '*' ? undefined : options.hash.split(',');
    return lines(hashes(loaded.project, names));
  }
  // The reference ends its JSON without a line end; the two can be compared byte by byte.
  return json || options.format === 'json' ? printJson(loaded.project) : printYaml(loaded.project);
}

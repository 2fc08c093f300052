import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { documentVariables } from '../../main/core/compose/interpolate/document-variables.ts';
import type { LoadedProject } from '../../main/core/compose/load.ts';
import { printDocumentJson, printJson } from '../../main/core/compose/print/json.ts';
import {
  environmentLines,
  hashes,
  imageNames,
  modelNames,
  networkNames,
  profileNames,
  serviceNames,
  volumeNames,
} from '../../main/core/compose/print/lists.ts';
import { imagesOnly } from '../../main/core/compose/print/printed-project.ts';
import { printDocumentYaml, printYaml } from '../../main/core/compose/print/yaml.ts';
import type { Project } from '../../main/core/compose/project.ts';
import { selectServices } from '../../main/core/compose/select-services.ts';
import type { MapNode } from '../../main/core/compose/source/node.ts';
import type { LoadOptions } from '../../main/core/environments/environment-loader.ts';
import type { EnvironmentRecord } from '../../shared/models/environment.ts';
import { resolveServices, type CommandContext, type TargetOptions } from '../context.ts';
import { diagnosticText } from '../output/problem-text.ts';
import { variablesText } from '../output/variables-text.ts';
import type { Run } from '../program.ts';
import { withServices } from './target-options.ts';

/** Options that print one list instead of the whole project. */
const lists: Readonly<Record<string, { readonly about: string; readonly lines: (loaded: LoadedProject) => string[] }>> = {
  services: { about: 'the service names, one a line', lines: ({ project }) => serviceNames(project) },
  volumes: { about: 'the volume names, one a line', lines: ({ project }) => volumeNames(project) },
  networks: { about: 'the network names, one a line', lines: ({ project }) => networkNames(project) },
  images: { about: 'the image references, one a line', lines: ({ project }) => imageNames(project) },
  models: { about: 'the model references, one a line', lines: ({ project }) => modelNames(project) },
  profiles: { about: 'the Compose profiles, one a line', lines: profileNames },
  environment: { about: 'the variables that interpolation sees', lines: environmentLines },
};

interface ConfigOptions extends TargetOptions {
  readonly format: 'yaml' | 'json';
  readonly hash?: string;
  readonly lockImageDigests?: true;
  readonly resolveImageDigests?: true;
  readonly output?: string;
  readonly variables?: true;
  readonly interpolate: boolean;
  readonly normalize: boolean;
  readonly pathResolution: boolean;
  readonly consistency: boolean;
  readonly [list: string]: unknown;
}

/** `slipway config`: the canonical project, printed as `docker compose config` prints it. */
export function addConfigCommand(program: Command, run: Run): void {
  const command = withServices(program.command('config').description('check the files and print the canonical project'))
    .addOption(new Option('--format <format>', 'how to print it').choices(['yaml', 'json']).default('yaml'))
    .option('-o, --output <file>', 'write it to a file')
    .option('--no-interpolate', 'leave variables as they are written')
    .option('--no-normalize', 'leave out what the files do not say, such as the default network')
    .option('--no-path-resolution', 'leave paths as they are written')
    .option('--no-consistency', 'let services refer to what is not there')
    .option('--resolve-image-digests', 'name images by the digests that their registries have now')
    .option('--lock-image-digests', 'print only the images by their digests, as an override file')
    .option('--variables', 'the variables that the files use, with their defaults')
    .option('--hash <services>', "the services' configuration hashes; * for all, or names by commas");
  for (const [name, { about }] of Object.entries(lists)) command.option(`--${name}`, about);
  command.action(
    run(async (context, name: string | undefined, services: string[], options: ConfigOptions) => {
      const target = await resolveServices(context, [name, ...services], options);
      const text = await printed(context, target, options);
      if (context.options.quiet) return;
      if (options.output === undefined) context.terminal.out.write(text);
      else await writeFile(resolve(context.workingDirectory, options.output), text, { signal: context.signal });
    }),
  );
}

interface Target {
  readonly record: EnvironmentRecord;
  readonly services?: readonly string[];
}

async function printed(context: CommandContext, { record, services }: Target, options: ConfigOptions): Promise<string> {
  const { core, signal } = context;
  const load: LoadOptions = {
    normalise: options.normalize,
    resolvePaths: options.pathResolution,
    checkConsistency: options.consistency,
    resolveEnvFiles: options.hash === undefined,
    ...(services ? { services } : {}),
  };
  if (options.variables || !options.interpolate) {
    const document = await core.loader.loadUninterpolated(record, { signal, normalise: options.normalize, resolvePaths: options.pathResolution });
    return options.variables ? variablesText(documentVariables(document), asJson(context, options)) : textOfDocument(document, options, context);
  }
  const loaded = options.environmentProfile
    ? (await core.loader.load(record, context)).definition
    : await core.loader.loadPlain(record, { signal, ...load });
  for (const warning of loaded.diagnostics) context.terminal.err.write(`${diagnosticText(context.terminal, warning)}\n`);
  // As in the reference, lists of services and profiles are about all of them.
  const isPart = services !== undefined && !options['services'] && !options['profiles'] && options.hash === undefined;
  const selected = isPart ? { ...loaded, project: selectServices(loaded.project, services) } : loaded;
  // As in the reference, lists name images as they are written.
  const list = Object.entries(lists).find(([flag]) => options[flag])?.[1];
  if (list) return linesText(list.lines(selected), context);
  const { lockImageDigests: locks, resolveImageDigests: resolves } = options;
  const project = locks || resolves ? await core.imageLocks.pinned(selected.project, { signal }) : selected.project;
  return textOf(locks ? imagesOnly(project) : project, options, context);
}

function asJson({ options }: CommandContext, { format }: ConfigOptions): boolean {
  return options.json || format === 'json';
}

function linesText(lines: readonly string[], { options: { json } }: CommandContext): string {
  return json ? `${JSON.stringify(lines)}\n` : lines.map((line) => `${line}\n`).join('');
}

function textOf(project: Project, options: ConfigOptions, context: CommandContext): string {
  if (options.hash !== undefined) {
    const names = options.hash === '*' ? undefined : options.hash.split(',');
    return linesText(hashes(project, names), context);
  }
  // The reference ends its JSON without a line end; the two can be compared byte by byte.
  return asJson(context, options) ? printJson(project) : printYaml(project);
}

function textOfDocument(document: MapNode, options: ConfigOptions, context: CommandContext): string {
  const kind = (['services', 'volumes', 'networks'] as const).find((name) => options[name]);
  if (kind) {
    const resources = document.entries.get(kind);
    return linesText(resources?.kind === 'map' ? [...resources.entries.keys()].sort() : [], context);
  }
  return asJson(context, options) ? printDocumentJson(document) : printDocumentYaml(document);
}

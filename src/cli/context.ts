import type { Core } from '../main/core/create-core.ts';
import type { EnvironmentRecord } from '../shared/models/environment.ts';
import type { Terminal } from './output/terminal.ts';

export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  /** Address of the engine to use instead of the first that answers. */
  readonly engine?: string;
}

/** What every command gets. */
export interface CommandContext {
  readonly core: Core;
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly workingDirectory: string;
  /** Prints one JSON document (`--json`), or the text. */
  readonly print: (value: unknown, text: () => string) => void;
  /** Prints one line of NDJSON. */
  readonly printEvent: (event: unknown) => void;
}

/** Where an environment is named on the command line: `ENV`, `-f FILE…`, `-p NAME`. */
export interface TargetOptions {
  readonly file?: readonly string[];
  readonly projectName?: string;
  readonly envFile?: readonly string[];
  readonly profile?: readonly string[];
  readonly environmentProfile?: string;
}

/** The environment that the words of a command name, and the services named after it, if any. */
export async function resolveServices(
  context: CommandContext,
  words: readonly (string | undefined)[],
  options: TargetOptions,
): Promise<{ readonly record: EnvironmentRecord; readonly services?: readonly string[] }> {
  const given = words.filter((word) => word !== undefined);
  const first = options.file === undefined && (await context.core.targets.isNamed(given[0], context)) ? given[0] : undefined;
  const services = first === undefined ? given : given.slice(1);
  const record = await resolveTarget(context, first, options);
  return services.length > 0 ? { record, services } : { record };
}

/** The environment that the words of a command name. Raises `environment.not-found`, `project.not-found`. */
export function resolveTarget(
  { core, workingDirectory }: CommandContext,
  name: string | undefined,
  options: TargetOptions,
): Promise<EnvironmentRecord> {
  return core.targets.resolve({
    name,
    workingDirectory,
    files: options.file ?? [],
    projectName: options.projectName,
    envFiles: options.envFile ?? [],
    composeProfiles: options.profile ?? [],
    environmentProfile: options.environmentProfile,
  });
}

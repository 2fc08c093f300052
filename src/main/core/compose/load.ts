import type { Diagnostic } from '../../../shared/problem.ts';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import type { Project, Service } from './project.ts';

export interface LoadRequest extends Cancellable {
  /** Compose files, later ones override earlier ones. Without any: COMPOSE_FILE, else discovery from `directory` up. */
  readonly files?: readonly string[];
  /** Project directory. Without it: the first file's directory. Relative paths of the files are relative to it. */
  readonly directory?: string;
  /** Where relative `files` and discovery start. Without it: `directory`, else the process's current directory. */
  readonly cwd?: string;
  readonly projectName?: string;
  /** Replaces the project directory's `.env`; later files win. */
  readonly envFiles?: readonly string[];
  /** Compose profiles to enable, besides those of COMPOSE_PROFILES. `*` enables all. */
  readonly profiles?: readonly string[];
  /** Stands for `process.env`; its values win over those of env files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `false`: leave `$…` as written (`config --no-interpolate`). */
  readonly interpolate?: boolean;
  /** `false`: leave each service's `env_file` unread (`config --hash` and `up` compute with it read; listing need not). */
  readonly resolveEnvFiles?: boolean;
}

export interface LoadedProject {
  readonly project: Project;
  /** Warnings only; errors make the load fail. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the files given or discovered, in override order. */
  readonly files: readonly string[];
  readonly workingDirectory: string;
  /** Absolute paths of the env files that gave interpolation its values. */
  readonly environmentFiles: readonly string[];
  /** Everything interpolation could see: the request's environment over the env files. */
  readonly environment: Readonly<Record<string, string>>;
  /** The `x-…` keys of the top level, as data. */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Compose profiles that were enabled. */
  readonly profiles: readonly string[];
  /** Services whose profiles are not enabled. */
  readonly disabledServices: Readonly<Record<string, Service>>;
}

/**
 * Loads Compose files as `docker compose config` does.
 *
 * @throws Fault `project.invalid` with every diagnostic in file order; `project.not-found` when there is no file.
 */
export function loadProject(request: LoadRequest): Promise<LoadedProject> {
  request.signal?.throwIfAborted();
  return Promise.reject(
    new Fault({
      code: 'project.not-found',
      message: 'No Compose file was found.',
      hint: 'Name one, or create compose.yaml in the project directory.',
    }),
  );
}

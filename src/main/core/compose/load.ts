import { homedir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import type { Diagnostic } from '../../../shared/problem.ts';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { AssembleContext } from './assemble/context.ts';
import { assembleModel } from './assemble/model.ts';
import { discoverFiles } from './discover.ts';
import { absoluteFiles, isFile, readEnvFiles, toEnvironment, withFallback } from './environment.ts';
import { interpolateName } from './name-in-files.ts';
import { withImplicit } from './normalise/implicit.ts';
import { assertProjectName, normaliseProjectName } from './project-name.ts';
import type { Project, Service } from './project.ts';
import { toProject } from './to-project.ts';
import { Diagnostics } from './source/diagnostics.ts';
import { scalar, withEntries, type MapNode } from './source/node.ts';

export interface LoadRequest extends Cancellable {
  /** Compose files, later ones laid on earlier ones. Without any: COMPOSE_FILE, else discovery from `cwd` up. */
  readonly files?: readonly string[];
  /** Project directory. Without it: the first file's directory. Relative paths in the files begin there. */
  readonly directory?: string;
  /** Where relative paths of this request begin. Without it: `directory`, else the process's current directory. */
  readonly cwd?: string;
  /** What the file `-` holds. */
  readonly stdin?: string;
  readonly projectName?: string;
  /** Stand in for the project directory's `.env`; later files win. Without any: COMPOSE_ENV_FILES. */
  readonly envFiles?: readonly string[];
  /** Compose profiles to enable; `*` enables all. Without any: COMPOSE_PROFILES. */
  readonly profiles?: readonly string[];
  /** Stands for `process.env`; its values win over those of env files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Services asked for by name: their profiles are enabled as well. */
  readonly services?: readonly string[];
  /** `false`: leave each service's `env_file` unread, as `config --hash` does. */
  readonly resolveEnvFiles?: boolean;
  /** `false`: leave paths as the files write them (`config --no-path-resolution`). */
  readonly resolvePaths?: boolean;
  /** `false`: add neither default network nor names nor implied dependencies (`config --no-normalize`). */
  readonly normalise?: boolean;
  /** `false`: let services refer to what is not there (`config --no-consistency`). */
  readonly checkConsistency?: boolean;
}

export interface LoadedProject {
  readonly project: Project;
  /** Warnings only; errors make the load fail. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the files given or discovered, in override order. */
  readonly files: readonly string[];
  /** Every Compose file that was read, included and extended ones too, and the env files of includes. */
  readonly sources: readonly string[];
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
  /** The merged document with the places of all its values, for diagnostics about extensions. */
  readonly document: MapNode;
}

/**
 * Loads Compose files as `docker compose config` does.
 *
 * @throws Fault `project.invalid` with every diagnostic in file order; `project.not-found` when there is no file.
 */
export async function loadProject(request: LoadRequest): Promise<LoadedProject> {
  request.signal?.throwIfAborted();
  const inputs = await findInputs(request);
  const { diagnostics, files, directory, environment } = inputs;
  const home = environment.get('HOME') ?? homedir();
  const context = new AssembleContext(diagnostics, { ...request, interpolate: true, home });
  const name = await chooseName(request, inputs, context);
  environment.set('COMPOSE_PROJECT_NAME', name);

  const model = await assembleModel(files, { directory, environment, included: [] }, context);
  diagnostics.throwIfErrors();
  if (model.entries.size === 0) throw empty(files);
  if (name === '') throw nameless();
  const document = (request.normalise ?? true) ? withImplicit(model, name, environment) : model;
  const profiles = chooseProfiles(request, environment);
  const loaded = await toProject({
    document,
    name,
    directory,
    profiles,
    services: request.services ?? [],
    environment,
    diagnostics,
    resolveEnvFiles: request.resolveEnvFiles ?? true,
    checkConsistency: request.checkConsistency ?? true,
    signal: request.signal,
  });
  diagnostics.throwIfErrors();
  return {
    ...loaded,
    diagnostics: diagnostics.list(),
    files,
    sources: diagnostics.files,
    workingDirectory: directory,
    environmentFiles: inputs.envFiles,
    environment: Object.fromEntries(environment),
    profiles,
    document,
  };
}

/**
 * The merged document with its variables as written, as `docker compose config --no-interpolate` shows it: short forms
 * that hold variables stay as they are.
 *
 * @throws as `loadProject` does
 */
export async function loadUninterpolated(request: LoadRequest): Promise<MapNode> {
  request.signal?.throwIfAborted();
  const inputs = await findInputs(request);
  const { diagnostics, files, directory, environment } = inputs;
  const home = environment.get('HOME') ?? homedir();
  const context = new AssembleContext(diagnostics, { ...request, interpolate: false, home });
  const name = await chooseName(request, inputs, context);
  // Nor are values taken from the environment in any other way.
  const nothing = new Map<string, string>();
  const model = await assembleModel(files, { directory, environment: nothing, included: [] }, context);
  diagnostics.throwIfErrors();
  if (model.entries.size === 0) throw empty(files);
  if (name === '') throw nameless();
  const document = (request.normalise ?? true) ? withImplicit(model, name, nothing) : model;
  return withEntries(document, { name: scalar(name, document) });
}

interface Inputs {
  readonly diagnostics: Diagnostics;
  readonly files: readonly string[];
  readonly directory: string;
  readonly environment: Map<string, string>;
  readonly envFiles: readonly string[];
}

/** Which files there are, and what variables they may use. An env file can name the Compose files. */
async function findInputs(request: LoadRequest): Promise<Inputs> {
  const diagnostics = new Diagnostics();
  const cwd = resolve(request.cwd ?? request.directory ?? process.cwd());
  const given = request.files ?? [];
  let environment = toEnvironment(request.environment);
  if (!environment.has('PWD')) environment.set('PWD', cwd);
  const envFiles = request.envFiles?.length ? request.envFiles : listed(environment.get('COMPOSE_ENV_FILES'), ',');
  const chosen = absoluteFiles(envFiles, cwd);
  const read = new Set<string>();

  const addEnvironmentOf = async (directory: string): Promise<void> => {
    const own = resolve(directory, '.env');
    const files = chosen.length > 0 ? chosen : usesDotEnv(request.environment) && (await isFile(own)) ? [own] : [];
    const unread = files.filter((file) => !read.has(file));
    unread.forEach((file) => read.add(file));
    environment = withFallback(environment, await readEnvFiles(unread, environment, request));
  };

  const start = directoryOf(request, given, cwd);
  await addEnvironmentOf(start);
  let files = given;
  const fromEnvironment = environment.get('COMPOSE_FILE');
  if (files.length === 0 && fromEnvironment !== undefined) {
    files = fromEnvironment.split(environment.get('COMPOSE_PATH_SEPARATOR') || (process.platform === 'win32' ? ';' : ':'));
  }
  if (files.length === 0) {
    const discovery = await discoverFiles(start);
    files = discovery.files;
    for (const other of discovery.passedOver) diagnostics.warn(undefined, `${other} is not used.`, `Used: ${files.join(', ')}.`);
  }
  if (files.length === 0) throw notFound(start);
  const absolute = files.map((file) => (file === '-' ? file : resolve(cwd, file)));
  const directory = directoryOf(request, absolute, cwd);
  await addEnvironmentOf(directory);
  return { diagnostics, files: absolute, directory, environment, envFiles: [...read] };
}

function directoryOf({ directory }: LoadRequest, files: readonly string[], cwd: string): string {
  if (directory !== undefined) return resolve(cwd, directory);
  const file = files.find((candidate) => candidate !== '-');
  return file === undefined ? cwd : dirname(resolve(cwd, file));
}

/** Precedence: the request, COMPOSE_PROJECT_NAME, `name:` in the files, the directory's name. */
async function chooseName(
  { projectName }: LoadRequest,
  { environment, directory, files, diagnostics }: Inputs,
  context: AssembleContext,
): Promise<string> {
  const explicit = projectName || environment.get('COMPOSE_PROJECT_NAME');
  if (explicit) {
    assertProjectName(explicit);
    return explicit;
  }
  const written = await interpolateName(files, environment, context, diagnostics);
  return normaliseProjectName(written ?? '') || (written === undefined ? normaliseProjectName(basename(directory)) : '');
}

function chooseProfiles({ profiles }: LoadRequest, environment: ReadonlyMap<string, string>): string[] {
  return profiles?.length ? [...profiles] : listed(environment.get('COMPOSE_PROFILES'), ',').map((name) => name.trim());
}

function usesDotEnv(environment: LoadRequest['environment']): boolean {
  return !['1', 't', 'T', 'TRUE', 'true', 'True'].includes(environment['COMPOSE_DISABLE_ENV_FILE'] ?? '');
}

function listed(text: string | undefined, separator: string): string[] {
  return (text ?? '').split(separator).filter((item) => item !== '');
}

function notFound(directory: string): Fault {
  return new Fault({
    code: 'project.not-found',
    message: `There is no Compose file in ${directory} or above.`,
    hint: 'Create compose.yaml there, or name a file.',
  });
}

function empty(files: readonly string[]): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `${files.join(', ')} ${files.length > 1 ? 'are' : 'is'} empty.`,
    hint: 'A Compose file has at least services: with one service.',
  });
}

function nameless(): Fault {
  return new Fault({
    code: 'project.invalid',
    message: 'The project has no name: nothing of the directory’s name can stand in one.',
    hint: 'Write name: at the top of the file, or choose a project name.',
  });
}

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentRecord } from '../../../shared/models/environment.ts';
import type { Cancellable } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import { discoverFiles } from '../compose/discover.ts';
import type { EnvironmentLoader } from './environment-loader.ts';
import type { Library } from './library.ts';

/** How a person names an environment on the command line. */
export interface TargetRequest extends Cancellable {
  /** A library name, a directory or a Compose file; absent: the files, else the working directory. */
  readonly name: string | undefined;
  readonly workingDirectory: string;
  readonly files: readonly string[];
  readonly projectName: string | undefined;
  readonly envFiles: readonly string[];
  readonly composeProfiles: readonly string[];
  readonly environmentProfile: string | undefined;
}

/**
 * Finds the environment meant. A folder or file that the library holds means that environment, with its remaps and
 * values; any other one works as Compose would take it, without being added.
 */
export class Targets {
  readonly #library: Library;
  readonly #loader: EnvironmentLoader;
  readonly #clock: Clock;

  constructor({ library, loader, clock }: { library: Library; loader: EnvironmentLoader; clock: Clock }) {
    this.#library = library;
    this.#loader = loader;
    this.#clock = clock;
  }

  /** Raises `environment.not-found`, `project.not-found`, `project.invalid`. */
  async resolve(request: TargetRequest): Promise<EnvironmentRecord> {
    const record = await this.#find(request);
    return {
      ...record,
      ...(request.composeProfiles.length > 0 ? { composeProfiles: [...request.composeProfiles] } : {}),
      ...(request.envFiles.length > 0
        ? { envFiles: request.envFiles.map((file) => path.resolve(request.workingDirectory, file)) }
        : {}),
      ...(request.environmentProfile === undefined ? {} : { profile: request.environmentProfile }),
    };
  }

  /**
   * Whether a word names an environment, and not a service of the one here: a library name, a file, a path with a
   * separator, or a folder with a Compose file of its own; anything at all where no Compose file is to be found.
   */
  async isNamed(word: string | undefined, { workingDirectory }: Pick<TargetRequest, 'workingDirectory'>): Promise<boolean> {
    if (word === undefined) return false;
    if (this.#library.findByName(word) || word.includes('/') || word.includes(path.sep) || word === '.' || word === '..') return true;
    const absolute = path.resolve(workingDirectory, word);
    const found = await stat(absolute).catch(() => undefined);
    if (found?.isFile()) return true;
    const own = found && (await discoverFiles(absolute)).files[0];
    if (own !== undefined && path.dirname(own) === absolute) return true;
    return (await discoverFiles(workingDirectory)).files.length === 0;
  }

  async #find(request: TargetRequest): Promise<EnvironmentRecord> {
    const { name, workingDirectory, projectName } = request;
    const files = request.files.map((file) => path.resolve(workingDirectory, file));
    if (name !== undefined && files.length === 0) {
      const named = this.#library.findByName(name);
      if (named) return named;
    }
    const place = files.length > 0 ? { directory: path.dirname(files[0] ?? ''), files } : await locate(name, workingDirectory);
    // Copies have the same files: they are meant only by a name of theirs.
    const isMeant = (record: EnvironmentRecord): boolean => (projectName === undefined ? record.cloneOf === undefined : record.projectName === projectName);
    const known = this.#library
      .list()
      .find((record) => record.directory === place.directory && sameFiles(record.files, place.files) && isMeant(record));
    return known ?? this.#adHoc(place, projectName, request);
  }

  async #adHoc(
    place: { directory: string; files: readonly string[] },
    projectName: string | undefined,
    request: TargetRequest,
  ): Promise<EnvironmentRecord> {
    const record: EnvironmentRecord = {
      id: '',
      name: '',
      directory: place.directory,
      files: [...place.files],
      projectName: projectName ?? '',
      values: {},
      portRemaps: [],
      createdAt: this.#clock.now().toISOString(),
    };
    const name = projectName ?? (await this.#loader.projectName(record, { signal: request.signal }));
    const id = adHocId(place.directory, name);
    return { ...record, id, name, projectName: name, portRemaps: this.#library.rememberedRemaps(id) };
  }
}

/** Stays the same from run to run, so that snapshots of an environment outside the library are found again. */
function adHocId(directory: string, projectName: string): string {
  return `dir-${createHash('sha256').update(`${directory}\0${projectName}`).digest('hex').slice(0, 16)}`;
}

async function locate(name: string | undefined, workingDirectory: string): Promise<{ directory: string; files: string[] }> {
  const absolute = path.resolve(workingDirectory, name ?? '.');
  const found = await stat(absolute).catch(() => undefined);
  if (!found) {
    throw new Fault({
      code: 'environment.not-found',
      message: `“${name ?? absolute}” is neither an environment in the library nor a file or folder.`,
      hint: 'List the library with `slipway env list`, or give the path of a folder with a Compose file.',
    });
  }
  return found.isDirectory() ? { directory: absolute, files: [] } : { directory: path.dirname(absolute), files: [absolute] };
}

function sameFiles(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((file, index) => file === other[index]);
}

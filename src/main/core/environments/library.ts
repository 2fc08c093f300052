import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentRecord, PortRemap } from '../../../shared/models/environment.ts';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/fault.ts';
import type { StateStore } from './state-store.ts';

export interface NewEnvironment {
  /** A Compose file, or a folder that holds one. */
  readonly path: string;
  readonly name?: string | undefined;
  readonly builtIn?: string;
  readonly profile?: string;
  /** Where it comes from another machine: kept unless taken here, so that its snapshots are found again. */
  readonly origin?: Pick<EnvironmentRecord, 'id' | 'projectName'>;
}

/** The person's environments. Names and project names are unique, so that no two share containers or volumes. */
export class Library {
  readonly #store: StateStore;
  readonly #clock: Clock;

  constructor({ store, clock }: { store: StateStore; clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  list(): readonly EnvironmentRecord[] {
    return this.#store.read().environments;
  }

  /** Raises `environment.not-found`. */
  get(id: string): EnvironmentRecord {
    const record = this.list().find((environment) => environment.id === id);
    if (!record) throw notFound(id);
    return record;
  }

  findByName(name: string): EnvironmentRecord | undefined {
    return this.list().find((environment) => environment.name === name);
  }

  /** Raises `environment.exists` when a given name is taken, `project.not-found` when the path leads nowhere. */
  async add(request: NewEnvironment): Promise<EnvironmentRecord> {
    const { directory, files } = await locate(request.path);
    const wanted = request.name ?? path.basename(directory);
    if (request.name && this.findByName(request.name)) throw nameTaken(request.name);
    const taken = this.list();
    const name = firstFree(wanted, (candidate) => taken.some((other) => other.name === candidate));
    const { origin } = request;
    const record: EnvironmentRecord = {
      id: origin && !taken.some(({ id }) => id === origin.id) ? origin.id : randomUUID(),
      name,
      directory,
      files,
      projectName: firstFree(origin?.projectName ?? projectNameOf(name), (candidate) =>
        taken.some((other) => other.projectName === candidate),
      ),
      values: {},
      portRemaps: [],
      createdAt: this.#clock.now().toISOString(),
      ...(request.builtIn ? { builtIn: request.builtIn } : {}),
      ...(request.profile ? { profile: request.profile } : {}),
    };
    this.#store.update((state) => ({ ...state, environments: [...state.environments, record] }));
    return record;
  }

  /**
   * A record like `source` with a name and a project name of its own, which is not stored yet. `isTaken` tells the
   * project names that others have, whether in the library or not. Raises `environment.exists`.
   */
  draftClone(source: EnvironmentRecord, { name, isTaken }: { name?: string | undefined; isTaken: (projectName: string) => boolean }): EnvironmentRecord {
    if (name !== undefined && this.findByName(name)) throw nameTaken(name);
    const chosen = name ?? firstFree(`${source.name}-clone`, (candidate) => this.findByName(candidate) !== undefined);
    const { builtIn: _builtIn, ...copied } = source;
    const used = this.list().map(({ projectName }) => projectName);
    return {
      ...copied,
      id: randomUUID(),
      name: chosen,
      projectName: firstFree(projectNameOf(chosen), (candidate) => used.includes(candidate) || isTaken(candidate)),
      portRemaps: [],
      createdAt: this.#clock.now().toISOString(),
    };
  }

  /** Stores a drafted record. Raises `environment.exists`. */
  store(record: EnvironmentRecord): void {
    if (this.findByName(record.name)) throw nameTaken(record.name);
    this.#store.update((state) => ({ ...state, environments: [...state.environments, record] }));
  }

  /** Raises `environment.not-found`, `environment.exists`. The project name never changes: data hangs on it. */
  update(id: string, change: (record: EnvironmentRecord) => EnvironmentRecord): EnvironmentRecord {
    const changed = change(this.get(id));
    const clash = this.findByName(changed.name);
    if (clash && clash.id !== id) throw nameTaken(changed.name);
    this.#store.update((state) => ({
      ...state,
      environments: state.environments.map((record) => (record.id === id ? changed : record)),
    }));
    return changed;
  }

  /** Gives an environment host ports for good, whether it is in the library or not. Raises `storage.failed`. */
  setRemaps(record: EnvironmentRecord, portRemaps: readonly PortRemap[]): EnvironmentRecord {
    const changed = { ...record, portRemaps: [...portRemaps] };
    const stored = this.list().some(({ id }) => id === record.id);
    if (stored) return this.update(record.id, () => changed);
    this.#store.update((state) => ({
      ...state,
      rememberedRemaps: { ...state.rememberedRemaps, [record.id]: changed.portRemaps },
    }));
    return changed;
  }

  /** The remaps of an environment outside the library. */
  rememberedRemaps(id: string): PortRemap[] {
    return this.#store.read().rememberedRemaps[id] ?? [];
  }

  /** Raises `environment.not-found`. */
  remove(id: string): void {
    this.get(id);
    this.#store.update((state) => ({
      ...state,
      environments: state.environments.filter((record) => record.id !== id),
    }));
  }
}

/** A project name as Compose allows it: lower-case letters, digits, dashes and underscores, no dash first. */
export function projectNameOf(name: string): string {
  const cleaned = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '');
  return cleaned || 'environment';
}

async function locate(target: string): Promise<{ directory: string; files: string[] }> {
  const absolute = path.resolve(target);
  const found = await stat(absolute).catch(() => undefined);
  if (!found) {
    throw new Fault({
      code: 'project.not-found',
      message: `There is nothing at ${absolute}.`,
      hint: 'Give a Compose file, or a folder that holds one.',
    });
  }
  return found.isDirectory()
    ? { directory: absolute, files: [] }
    : { directory: path.dirname(absolute), files: [absolute] };
}

function firstFree(wanted: string, taken: (candidate: string) => boolean): string {
  if (!taken(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const candidate = `${wanted}-${number}`;
    if (!taken(candidate)) return candidate;
  }
}

function notFound(id: string): Fault {
  return new Fault({
    code: 'environment.not-found',
    message: `There is no environment “${id}” in the library.`,
    hint: 'List them with `slipway env list`, or give a directory or a Compose file.',
  });
}

function nameTaken(name: string): Fault {
  return new Fault({
    code: 'environment.exists',
    message: `An environment named “${name}” is already in the library.`,
    hint: 'Choose another name.',
  });
}

import { readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import type { EnvironmentRecord, ReadyMade } from '../../../shared/models/environment.ts';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import type { EnvironmentLoader } from './environment-loader.ts';
import type { Library } from './library.ts';

/** The environments that ship with Slipway, one folder each. */
export class ReadyMadeEnvironments {
  readonly #directory: string;
  readonly #loader: EnvironmentLoader;
  readonly #library: Library;

  constructor({ directory, loader, library }: { directory: string; loader: EnvironmentLoader; library: Library }) {
    this.#directory = directory;
    this.#loader = loader;
    this.#library = library;
  }

  /** The folder of the one with this name. */
  find(name: string): string | undefined {
    return this.#names().includes(name) ? path.join(this.#directory, name) : undefined;
  }

  /** Raises `environment.not-found`, `environment.exists`. */
  async add(id: string, name: string | undefined): Promise<EnvironmentRecord> {
    const folder = this.find(id);
    if (folder === undefined) {
      throw new Fault({
        code: 'environment.not-found',
        message: `There is no ready-made environment “${id}”.`,
        hint: `There are: ${this.#names().join(', ')}.`,
      });
    }
    return this.#library.add({ path: folder, name, builtIn: id });
  }

  /** The sample first, then by name. */
  async list({ signal }: Cancellable): Promise<ReadyMade[]> {
    const records = this.#library.list();
    const all = this.#names().map(async (id): Promise<ReadyMade> => {
      const { title = id, description } = await this.#loader.describe(path.join(this.#directory, id), { signal });
      const added = records.find(({ builtIn }) => builtIn === id);
      return { id, title, ...(description ? { description } : {}), ...(added ? { environmentId: added.id } : {}) };
    });
    return Promise.all(all);
  }

  #names(): string[] {
    if (!existsSync(this.#directory)) return [];
    const names = readdirSync(this.#directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    return [...names.filter((name) => name === 'sample'), ...names.filter((name) => name !== 'sample')];
  }
}

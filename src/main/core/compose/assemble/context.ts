import type { Cancellable } from '../../base/abort.ts';
import { readText, type Environment } from '../environment.ts';
import { parseYaml } from '../parse/parse-yaml.ts';
import type { Diagnostics } from '../source/diagnostics.ts';
import type { Node } from '../source/node.ts';
import { Source } from '../source/place.ts';

/** What all files of one load share. */
export class AssembleContext {
  readonly diagnostics: Diagnostics;
  /** `false`: variables stay as written. */
  readonly interpolate: boolean;
  readonly home: string;
  /** `false`: paths stay as written. */
  readonly resolvePaths: boolean;
  readonly #options: Cancellable & { readonly stdin?: string };
  readonly #documents = new Map<string, Promise<readonly Node[]>>();
  readonly #extended = new WeakMap<Environment, Map<string, Promise<Node | undefined>>>();

  constructor(
    diagnostics: Diagnostics,
    options: Cancellable & {
      readonly interpolate: boolean;
      readonly home: string;
      readonly stdin?: string;
      readonly resolvePaths?: boolean;
    },
  ) {
    this.diagnostics = diagnostics;
    this.interpolate = options.interpolate;
    this.home = options.home;
    this.resolvePaths = options.resolvePaths ?? true;
    this.#options = options;
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** The documents of a file, as parsed; `-` is the standard input. Each file is read once. */
  documents(file: string): Promise<readonly Node[]> {
    const known = this.#documents.get(file);
    if (known) return known;
    const documents = this.#read(file);
    this.#documents.set(file, documents);
    return documents;
  }

  /** Keeps what `load` gave for a file that several services extend, under one environment. */
  extended(file: string, environment: Environment, load: () => Promise<Node | undefined>): Promise<Node | undefined> {
    const files = this.#extended.get(environment) ?? new Map<string, Promise<Node | undefined>>();
    this.#extended.set(environment, files);
    const known = files.get(file);
    if (known) return known;
    const loaded = load();
    files.set(file, loaded);
    return loaded;
  }

  async #read(file: string): Promise<readonly Node[]> {
    this.diagnostics.addFile(file);
    const text = file === '-' ? (this.#options.stdin ?? '') : await readText(file, 'Compose file', this.#options);
    return parseYaml(new Source(file, text.replace(/^\uFEFF/, '')), this.diagnostics);
  }
}

/** What a file's content means depends on where it stands and on who included it. */
export interface Scope {
  /** Relative paths begin here. */
  readonly directory: string;
  readonly environment: Environment;
  /** The files that led here by `include`, outermost first. */
  readonly included: readonly string[];
}

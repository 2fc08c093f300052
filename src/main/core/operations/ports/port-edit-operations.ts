import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { PortDifference, PortEdit } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { StateStore } from '../../environments/state-store.ts';
import { type PortConflict, raisePortConflicts } from '../../ports/conflicts.ts';
import { editRemaps, portDifference } from '../../ports/port-edits.ts';
import { observeStack } from '../../stacks/observe.ts';
import type { PortOperations } from './port-operations.ts';
import type { StackOperations } from '../stacks/stack-operations.ts';

export interface PortEditParts {
  readonly connection: EngineConnection;
  readonly loader: EnvironmentLoader;
  readonly library: Library;
  readonly state: StateStore;
  readonly ports: PortOperations;
  readonly stacks: StackOperations;
}

/** File name of the override beside the Compose file; Compose does not take it by itself. */
const overrideName = 'compose.ports.yaml';

/** A person's changes of published ports. They are kept with the environment; its files stay as they are. */
export class PortEditOperations {
  readonly #parts: PortEditParts;

  constructor(parts: PortEditParts) {
    this.#parts = parts;
  }

  /**
   * Changes published ports for good and, where their services run, starts the job that makes just those containers
   * anew. Raises `port.invalid`, `port.conflict`, `project.*`, `engine.*`; then nothing has changed.
   */
  async edit(record: EnvironmentRecord, edits: readonly PortEdit[], { signal }: Cancellable): Promise<{ record: EnvironmentRecord; jobId?: string }> {
    const { loader, connection, ports, library, stacks } = this.#parts;
    const { original } = await loader.load(record, { signal });
    const portRemaps = edits.reduce((remaps, edit) => editRemaps(original, remaps, edit), [...record.portRemaps]);
    const changed = { ...record, portRemaps };
    const services = new Set(edits.map(({ service }) => service));
    const engine = await connection.get({ signal });
    raisePortConflicts(await ports.conflicts(engine, changed, await loader.load(changed, { signal }), { signal, services }));
    const running = (await observeStack(engine, record.projectName, { signal })).containers.filter(({ state }) => state === 'running' || state === 'paused');
    const stored = library.setRemaps(record, portRemaps);
    const affected = [...services].filter((service) => running.some(({ labels }) => labels['com.docker.compose.service'] === service));
    if (affected.length === 0) return { record: stored };
    return { record: stored, jobId: stacks.up(stored, { services: affected, noDependencies: true }) };
  }

  /** Everything that would keep the environment from starting, with offers. Empty: every port can be had. */
  async check(record: EnvironmentRecord, { signal }: Cancellable): Promise<readonly PortConflict[]> {
    const engine = await this.#parts.connection.get({ signal });
    return this.#parts.ports.conflicts(engine, record, await this.#parts.loader.load(record, { signal }), { signal });
  }

  /** How the environment's ports differ from its files. Raises `project.*`. */
  async difference(record: EnvironmentRecord, { signal }: Cancellable): Promise<PortDifference> {
    const { original } = await this.#parts.loader.load(record, { signal });
    const { publishOnLoopback } = this.#parts.state.read().settings;
    return portDifference(original, record.portRemaps, { publishOnLoopback });
  }

  /**
   * Writes the difference as a Compose file, by default beside the environment's own, and returns its path. A file
   * that is there already is left alone unless `replace`. Raises `usage.invalid`, `storage.failed`, `project.*`.
   */
  async saveOverride(
    record: EnvironmentRecord,
    { signal, file, replace = false }: Cancellable & { readonly file?: string; readonly replace?: boolean },
  ): Promise<string> {
    const target = path.resolve(record.directory, file ?? overrideName);
    const { override } = await this.difference(record, { signal });
    if (override === '') throw new Fault({ code: 'usage.invalid', message: `The ports of ${record.name} are as its files say.`, hint: 'There is nothing to save.' });
    if (!replace && (await stat(target).catch(() => undefined))) throw exists(target);
    try {
      await writeFile(target, override, { flag: replace ? 'w' : 'wx', signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw new Fault(
        { code: 'storage.failed', message: `${target} could not be written.`, hint: 'Check that the folder exists and that you may write to it.', detail: String(error) },
        { cause: error },
      );
    }
    return target;
  }
}

function exists(file: string): Fault {
  return new Fault({
    code: 'usage.invalid',
    message: `${file} is there already.`,
    hint: 'Choose another name, or say that it may be replaced.',
    location: { file },
  });
}

import { z } from 'zod';
import { environmentRecord, portRemap } from '../../../shared/models/environment.ts';
import { registryRecord } from '../../../shared/models/registry.ts';
import { snapshotSchedule } from '../../../shared/models/snapshot-schedule.ts';
import { settings } from '../../../shared/models/settings.ts';
import { Fault } from '../base/fault.ts';
import { Live } from '../base/live.ts';

const state = z.object({
  environments: z.array(environmentRecord).default([]),
  /** Port remaps of environments outside the library, by their id. */
  rememberedRemaps: z.record(z.string(), z.array(portRemap)).default({}),
  registries: z.array(registryRecord).default([]),
  /** Engine address and image reference → when Slipway pulled it last. */
  pulledAt: z.record(z.string(), z.iso.datetime()).default({}),
  /** Environment → the seed that its profile named, and the snapshot that this was. */
  seeds: z.record(z.string(), z.object({ seed: z.string(), snapshotId: z.string() })).default({}),
  schedules: z.array(snapshotSchedule).default([]),
  /** Environments whose first start is filling their volumes. */
  filling: z.array(z.string()).default([]),
  settings: settings.prefault({}),
});
export type State = z.infer<typeof state>;

/** What `conf` and `electron-store` have in common. Both keep one JSON file and write it atomically. */
export interface StateFile {
  store: Record<string, unknown>;
  onDidAnyChange(listener: () => void): () => void;
}

/** The person's library and settings on disk. Read afresh each time, since the app and the command line share the file. */
export class StateStore {
  readonly path: string;
  /** Counts up at every change, also those of another process where the file is watched. */
  readonly changes = new Live(0);
  readonly #open: () => StateFile;
  #opened: StateFile | undefined;

  /** `open` is called at first need: both libraries read the file at once, and a damaged one must not stop the start. */
  constructor({ path, open }: { path: string; open: () => StateFile }) {
    this.path = path;
    this.#open = open;
  }

  /** Raises `storage.damaged` when the file isn't ours to understand; it is left as it is. */
  read(): State {
    const parsed = state.safeParse(this.#content());
    if (!parsed.success) throw this.#damaged(z.prettifyError(parsed.error));
    return parsed.data;
  }

  /** Raises `storage.damaged`, `storage.failed`. */
  update(change: (state: State) => State): State {
    const next = change(this.read());
    try {
      this.#file().store = next;
    } catch (error) {
      throw new Fault(
        {
          code: 'storage.failed',
          message: `The library could not be written to ${this.path}.`,
          hint: 'Check that the disk has room and that you may write to this file.',
          detail: String(error),
        },
        { cause: error },
      );
    }
    return next;
  }

  #file(): StateFile {
    if (!this.#opened) {
      this.#opened = this.#open();
      this.#opened.onDidAnyChange(() => this.changes.update((count) => count + 1));
    }
    return this.#opened;
  }

  #content(): unknown {
    try {
      return this.#file().store;
    } catch (error) {
      throw this.#damaged(String(error));
    }
  }

  #damaged(detail: string): Fault {
    return new Fault({
      code: 'storage.damaged',
      message: `The library file ${this.path} can't be read.`,
      hint: 'Mend it by hand, or move it away to begin with an empty library. Nothing was changed.',
      detail,
      location: { file: this.path },
    });
  }
}

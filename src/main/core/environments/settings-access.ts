import { defined } from '../../../shared/defined.ts';
import type { Settings, SettingsChange } from '../../../shared/models/settings.ts';
import type { Cancellable } from '../base/abort.ts';
import { recompute } from '../base/recompute.ts';
import type { StateStore } from './state-store.ts';

/** The person's settings, as part of the state file. */
export class SettingsAccess {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  get(): Settings {
    return this.#store.read().settings;
  }

  watch(options: Cancellable): AsyncGenerator<Settings, void, void> {
    return recompute([this.#store.changes], () => this.get(), options);
  }

  /** Changes what is given and leaves the rest. */
  update(change: SettingsChange): Settings {
    return this.#store.update((state) => {
      const { engine, ...rest } = { ...state.settings, ...defined(change) };
      return { ...state, settings: engine ? { ...rest, engine } : rest };
    }).settings;
  }
}

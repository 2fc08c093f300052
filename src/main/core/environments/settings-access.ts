import type { Settings } from '../../../shared/models/settings.ts';
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
  update(change: { [Key in keyof Settings]?: Settings[Key] | undefined }): Settings {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    return this.#store.update((state) => ({ ...state, settings: { ...state.settings, ...given } })).settings;
  }
}

import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `settings` of the contract. */
export const settingsArea = (api: Implementation['settings'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ signal }) => guarded(core.settings.watch({ signal }))),
  update: api.update.handler(({ input }) => core.settings.update(input)),
});

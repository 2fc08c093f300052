import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `checks` of the contract. */
export const checksArea = (api: Implementation['checks'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ input, signal }) => guarded(core.checks.watch(input.environmentId, { signal }))),
  run: api.run.handler(({ input }) => ({ jobId: core.checks.run(core.library.get(input.environmentId)) })),
});

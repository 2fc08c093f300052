import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `jobs` of the contract. */
export const jobsArea = (api: Implementation['jobs'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ signal }) => guarded(core.jobs.watch({ signal }))),
  follow: api.follow.handler(({ input, signal }) => guarded(core.jobs.follow(input.jobId, { signal }))),
  cancel: api.cancel.handler(({ input }) => core.jobs.cancel(input.jobId)),
  clear: api.clear.handler(() => core.jobs.clear()),
});

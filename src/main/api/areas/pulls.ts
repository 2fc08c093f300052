import { defined } from '../../../shared/defined.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `pulls` of the contract. */
export const pullsArea = (api: Implementation['pulls'], { core }: RouterParts) => ({
  estimate: api.estimate.handler(({ input: { environmentId, ...request }, signal }) =>
    core.downloads.estimate(core.library.get(environmentId), { ...defined(request), signal }),
  ),
  start: api.start.handler(({ input: { environmentId, ...request } }) => ({ jobId: core.stacks.pull(core.library.get(environmentId), defined(request)) })),
});

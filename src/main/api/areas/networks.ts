import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `networks` of the contract. */
export const networksArea = (api: Implementation['networks'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ input, signal }) => guarded(core.feeds.networks(input.environmentId, { signal }))),
  test: api.test.handler(({ input: { environmentId, ...request }, signal }) => core.networks.test(core.library.get(environmentId), request, { signal })),
});

import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `ports` of the contract. */
export const portsArea = (api: Implementation['ports'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ input, signal }) => guarded(core.feeds.ports(input.environmentId, { signal }))),
});

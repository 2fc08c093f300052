import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `engine` of the contract. */
export const engineArea = (api: Implementation['engine'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ signal }) => guarded(core.connection.status.watch({ signal }))),
  reconnect: api.reconnect.handler(() => core.connection.reconnect()),
});

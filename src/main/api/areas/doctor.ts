import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `doctor` of the contract. */
export const doctorArea = (api: Implementation['doctor'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ signal }) => guarded(core.doctor.run({ signal }))),
  fix: api.fix.handler(({ signal }) => core.startPrivateEngine({ signal })),
});

import { defined } from '../../../shared/defined.ts';
import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `images` of the contract. */
export const imagesArea = (api: Implementation['images'], { core }: RouterParts) => ({
  check: api.check.handler(({ input, signal }) => core.imageCheck.check(core.library.get(input.environmentId), { signal })),
  lockDraft: api.lockDraft.handler(({ input, signal }) => core.imageLocks.draft(core.library.get(input.environmentId), { signal })),
  lock: api.lock.handler(({ input, signal }) => core.imageLocks.write(core.library.get(input.environmentId), { signal })),
  update: api.update.handler(({ input }) => ({ jobId: core.imageUpdate.update(core.library.get(input.environmentId)) })),
  rehearse: api.rehearse.handler(({ input: { environmentId, ...request } }) => ({
    jobId: core.rehearsals.rehearse(core.library.get(environmentId), defined(request)),
  })),
  rehearsals: api.rehearsals.handler(({ input, signal }) => guarded(core.rehearsals.watchReports(input.environmentId, { signal }))),
});

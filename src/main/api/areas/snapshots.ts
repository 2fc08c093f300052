import { defined } from '../../../shared/defined.ts';
import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `snapshots` of the contract. */
export const snapshotsArea = (api: Implementation['snapshots'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ input, signal }) => guarded(core.feeds.snapshots(input.environmentId, { signal }))),
  create: api.create.handler(({ input: { environmentId, ...request } }) => ({
    jobId: core.snapshots.create(core.library.get(environmentId), { ...request, kind: 'manual' }),
  })),
  restore: api.restore.handler(({ input }) => ({ jobId: core.snapshots.restore(core.library.get(input.environmentId), input) })),
  verify: api.verify.handler(({ input }) => ({ jobId: core.shelf.verify(input.snapshotId) })),
  remove: api.remove.handler(({ input, signal }) => core.shelf.remove([input.snapshotId], { signal }).then(() => undefined)),
  describe: api.describe.handler(({ input: { snapshotId, ...notes }, signal }) =>
    core.shelf.annotate(snapshotId, defined(notes), { signal }),
  ),
});

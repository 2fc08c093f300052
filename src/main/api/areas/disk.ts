import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `disk` of the contract. */
export const diskArea = (api: Implementation['disk'], { core }: RouterParts) => ({
  report: api.report.handler(({ signal }) => core.disk.report({ signal })),
  pruneImages: api.pruneImages.handler(({ input }) => ({ jobId: core.disk.prune(input.imageIds) })),
});

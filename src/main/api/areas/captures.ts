import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `captures` of the contract. */
export const capturesArea = (api: Implementation['captures'], { core }: RouterParts) => ({
  engines: api.engines.handler(() => core.captures.engines()),
  projects: api.projects.handler(({ input, signal }) => core.captures.projects(input.engine, { signal })),
  preview: api.preview.handler(({ input, signal }) => core.captures.preview(input, { signal })),
  capture: api.capture.handler(({ input }) => ({ jobId: core.captures.capture(input) })),
});

import type { Implementation, RouterParts } from '../implementation.ts';

const kind = { kind: 'Slipway bundles', extensions: ['slipway'] };

/** The area `bundles` of the contract. */
export const bundlesArea = (api: Implementation['bundles'], { core, desktop }: RouterParts) => ({
  plan: api.plan.handler(({ input: { environmentId, ...choice }, signal }) => core.bundles.plan(core.library.get(environmentId), choice, { signal })),
  create: api.create.handler(async ({ input: { environmentId, ...choice } }) => {
    const record = core.library.get(environmentId);
    const picked = await desktop.pickSave({ title: 'Export for offline use', name: `${record.name}.slipway` });
    // The dialogue has asked whether to replace a file that is there.
    return picked && { jobId: core.bundles.create(record, { ...choice, file: picked.path, replace: true }) };
  }),
  open: api.open.handler(async ({ signal }) => {
    const picked = await desktop.pickOpen({ title: 'Import a bundle', label: 'Open', ...kind });
    return picked && core.bundles.show(picked.path, { signal });
  }),
  import: api.import.handler(({ input }) => ({ jobId: core.bundles.import(input) })),
});

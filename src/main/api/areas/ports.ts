import { defined } from '../../../shared/defined.ts';
import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `ports` of the contract. */
export const portsArea = (api: Implementation['ports'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ input, signal }) => guarded(core.feeds.ports(input.environmentId, { signal, machine: input.machine ?? false }))),
  proxy: api.proxy.handler(({ signal }) => guarded(core.localProxy.status.watch({ signal }))),
  probe: api.probe.handler(() => core.feeds.probePortsAgain()),
  edit: api.edit.handler(async ({ input, signal }) => {
    const { jobId } = await core.portEdits.edit(core.library.get(input.environmentId), input.edits, { signal });
    return defined({ jobId });
  }),
  difference: api.difference.handler(({ input, signal }) => core.portEdits.difference(core.library.get(input.environmentId), { signal })),
  saveOverride: api.saveOverride.handler(async ({ input, signal }) => ({
    path: await core.portEdits.saveOverride(core.library.get(input.environmentId), { signal, replace: input.replace ?? false }),
  })),
});

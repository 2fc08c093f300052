import { defined } from '../../../shared/defined.ts';
import { editEnvironment } from '../edit-environment.ts';
import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `environments` of the contract. */
export const environmentsArea = (api: Implementation['environments'], { core }: RouterParts) => ({
  watch: api.watch.handler(({ signal }) => guarded(core.feeds.environments({ signal }))),
  watchOne: api.watchOne.handler(({ input, signal }) => guarded(core.feeds.environment(input.environmentId, { signal }))),
  readyMade: api.readyMade.handler(({ signal }) => core.readyMade.list({ signal })),
  add: api.add.handler(async ({ input }) => ({
    environmentId: (await ('readyMade' in input ? core.readyMade.add(input.readyMade, input.name) : core.library.add(input))).id,
  })),
  remove: api.remove.handler(async ({ input, signal }) => {
    await core.queries.refuseWhileContainersExist(core.library.get(input.environmentId), { signal });
    await core.secrets.write(input.environmentId, {});
    core.library.remove(input.environmentId);
  }),
  update: api.update.handler(({ input, signal }) => editEnvironment(core, input, { signal })),
  plan: api.plan.handler(({ input, signal }) => core.stacks.plan(core.library.get(input.environmentId), input.intent, {}, { signal })),
  up: api.up.handler(({ input: { environmentId, ...request } }) => ({ jobId: core.stacks.up(core.library.get(environmentId), defined(request)) })),
  watchFiles: api.watchFiles.handler(({ input }) => ({
    jobId: core.fileWatching.watch(core.library.get(input.environmentId), { up: false }),
  })),
  stop: api.stop.handler(({ input }) => ({ jobId: core.stacks.stop(core.library.get(input.environmentId)) })),
  restart: api.restart.handler(({ input }) => ({
    jobId: core.stacks.restart(core.library.get(input.environmentId), input.service === undefined ? {} : { services: [input.service] }),
  })),
  down: api.down.handler(({ input }) => ({
    jobId: core.stacks.down(core.library.get(input.environmentId), { volumes: input.volumes, safetySnapshot: true }),
  })),
  clone: api.clone.handler(({ input: { environmentId, ...request } }) => ({
    jobId: core.clones.clone(core.library.get(environmentId), defined(request)),
  })),
  logs: api.logs.handler(({ input: { environmentId, service, ...request }, signal }) =>
    guarded(core.terminals.logs(core.library.get(environmentId), { ...request, signal, ...(service === undefined ? {} : { services: [service] }) })),
  ),
});

import { implement } from '@orpc/server';
import { contract } from '../../shared/contract.ts';
import { defined } from '../../shared/defined.ts';
import type { EnvironmentRecord } from '../../shared/models/environment.ts';
import { toProblem } from '../core/base/fault.ts';
import type { Core } from '../core/create-core.ts';
import type { Desktop } from './desktop.ts';
import { editEnvironment } from './edit-environment.ts';
import { guarded } from './guarded.ts';

/** The contract put onto the core, a line a procedure. Whatever is thrown leaves as the typed error PROBLEM. */
export function createRouter({ core, desktop }: { core: Core; desktop: Desktop }) {
  const api = implement(contract).use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (error) {
      throw errors.PROBLEM({ data: toProblem(error), message: toProblem(error).message });
    }
  });
  const record = (id: string): EnvironmentRecord => core.library.get(id);

  return api.router({
    app: {
      info: api.app.info.handler(() => ({
        version: desktop.version,
        platform: desktop.platform,
        dataDirectory: core.dataDirectory,
        keychain: core.secrets.keychain,
      })),
      openExternal: api.app.openExternal.handler(({ input }) => desktop.openExternal(input.url)),
      pickCompose: api.app.pickCompose.handler(() => desktop.pickCompose()),
      revealDirectory: api.app.revealDirectory.handler(({ input }) => desktop.revealDirectory(record(input.environmentId).directory)),
    },
    engine: {
      watch: api.engine.watch.handler(({ signal }) => guarded(core.connection.status.watch({ signal }))),
      reconnect: api.engine.reconnect.handler(() => core.connection.reconnect()),
    },
    environments: {
      watch: api.environments.watch.handler(({ signal }) => guarded(core.feeds.environments({ signal }))),
      watchOne: api.environments.watchOne.handler(({ input, signal }) => guarded(core.feeds.environment(input.environmentId, { signal }))),
      readyMade: api.environments.readyMade.handler(({ signal }) => core.readyMade.list({ signal })),
      add: api.environments.add.handler(async ({ input }) => ({
        environmentId: (await ('readyMade' in input ? core.readyMade.add(input.readyMade, input.name) : core.library.add(input))).id,
      })),
      remove: api.environments.remove.handler(async ({ input, signal }) => {
        await core.queries.refuseWhileContainersExist(record(input.environmentId), { signal });
        await core.secrets.write(input.environmentId, {});
        core.library.remove(input.environmentId);
      }),
      update: api.environments.update.handler(({ input, signal }) => editEnvironment(core, input, { signal })),
      plan: api.environments.plan.handler(({ input, signal }) => core.stacks.plan(record(input.environmentId), input.intent, {}, { signal })),
      up: api.environments.up.handler(({ input: { environmentId, ...request } }) => ({ jobId: core.stacks.up(record(environmentId), defined(request)) })),
      stop: api.environments.stop.handler(({ input }) => ({ jobId: core.stacks.stop(record(input.environmentId)) })),
      restart: api.environments.restart.handler(({ input }) => ({
        jobId: core.stacks.restart(record(input.environmentId), input.service === undefined ? {} : { services: [input.service] }),
      })),
      down: api.environments.down.handler(({ input }) => ({
        jobId: core.stacks.down(record(input.environmentId), { volumes: input.volumes, safetySnapshot: true }),
      })),
      logs: api.environments.logs.handler(({ input: { environmentId, service, ...request }, signal }) =>
        guarded(core.terminals.logs(record(environmentId), { ...request, signal, ...(service === undefined ? {} : { services: [service] }) })),
      ),
    },
    ports: {
      watch: api.ports.watch.handler(({ input, signal }) => guarded(core.feeds.ports(input.environmentId, { signal }))),
    },
    snapshots: {
      watch: api.snapshots.watch.handler(({ input, signal }) => guarded(core.feeds.snapshots(input.environmentId, { signal }))),
      create: api.snapshots.create.handler(({ input: { environmentId, ...request } }) => ({
        jobId: core.snapshots.create(record(environmentId), { ...request, kind: 'manual' }),
      })),
      restore: api.snapshots.restore.handler(({ input }) => ({ jobId: core.snapshots.restore(record(input.environmentId), input) })),
      verify: api.snapshots.verify.handler(({ input }) => ({ jobId: core.shelf.verify(input.snapshotId) })),
      remove: api.snapshots.remove.handler(({ input, signal }) => core.shelf.remove([input.snapshotId], { signal }).then(() => undefined)),
      describe: api.snapshots.describe.handler(({ input: { snapshotId, ...notes }, signal }) =>
        core.shelf.annotate(snapshotId, defined(notes), { signal }),
      ),
    },
    jobs: {
      watch: api.jobs.watch.handler(({ signal }) => guarded(core.jobs.watch({ signal }))),
      follow: api.jobs.follow.handler(({ input, signal }) => guarded(core.jobs.follow(input.jobId, { signal }))),
      cancel: api.jobs.cancel.handler(({ input }) => core.jobs.cancel(input.jobId)),
      clear: api.jobs.clear.handler(() => core.jobs.clear()),
    },
    doctor: {
      watch: api.doctor.watch.handler(({ signal }) => guarded(core.doctor.run({ signal }))),
      fix: api.doctor.fix.handler(({ signal }) => core.startPrivateEngine({ signal })),
    },
    settings: {
      watch: api.settings.watch.handler(({ signal }) => guarded(core.settings.watch({ signal }))),
      update: api.settings.update.handler(({ input }) => core.settings.update(input)),
    },
  });
}

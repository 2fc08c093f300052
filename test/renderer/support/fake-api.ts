import { implement } from '@orpc/server';
import { defined } from '../../../src/shared/defined.ts';
import { contract } from '../../../src/shared/contract.ts';
import { settings } from '../../../src/shared/models/settings.ts';
import { bundleOnDisk, bundlePlanOf, captured, diskReport } from './fake-bundles.ts';
import { refusedLogin, unreachable } from './fake-problems.ts';
import { fakeDownloads, ownCertificate } from './fake-registries.ts';
import { fakeReachability } from './fake-networks.ts';
import { sampleDifference } from './fake-ports.ts';
import { fakeDifference, fakePreview, fakeSchedule, listingOf, snapshotDetailsOf, textDifferenceOf, textOf, usageOf } from './fake-snapshots.ts';
import { fakeImages, fakeLock } from './fake-images.ts';
import type { FakeWorld } from './fake-world.ts';

/** The contract, played by a world in memory. Types and schemas are the real ones. */
export function createFakeRouter(world: FakeWorld) {
  const os = implement(contract);
  return os.router({
    app: {
      info: os.app.info.handler(() => ({
        version: '0.1.0',
        platform: 'linux x64',
        dataDirectory: '/home/ada/.local/share/slipway',
        keychain: false,
      })),
      openExternal: os.app.openExternal.handler(({ input }) => {
        world.opened.push(input.url);
      }),
      pickCompose: os.app.pickCompose.handler(() => null),
      revealDirectory: os.app.revealDirectory.handler(() => undefined),
    },
    engine: {
      watch: os.engine.watch.handler(({ signal }) => world.engine.watch({ signal })),
      reconnect: os.engine.reconnect.handler(() => undefined),
    },
    environments: {
      watch: os.environments.watch.handler(({ signal }) => world.summaries(signal)),
      watchOne: os.environments.watchOne.handler(({ input, errors, signal }) => {
        if (!world.has(input.environmentId)) throw errors.PROBLEM({ data: world.notFound(input.environmentId) });
        return world.view(input.environmentId, signal);
      }),
      readyMade: os.environments.readyMade.handler(() => world.readyMade()),
      add: os.environments.add.handler(() => world.addSample()),
      remove: os.environments.remove.handler(() => world.removeSample()),
      update: os.environments.update.handler(() => undefined),
      plan: os.environments.plan.handler(() => world.plan()),
      up: os.environments.up.handler(() => world.up()),
      watchFiles: os.environments.watchFiles.handler(() => world.watchFiles()),
      stop: os.environments.stop.handler(() => world.stop()),
      restart: os.environments.restart.handler(() => world.up()),
      down: os.environments.down.handler(() => world.stop()),
      clone: os.environments.clone.handler(() => world.clone()),
      logs: os.environments.logs.handler(({ input, signal }) => world.logs(input.service, signal)),
    },
    ports: {
      watch: os.ports.watch.handler(({ input, signal }) => world.ports(input.machine ?? false, signal)),
      proxy: os.ports.proxy.handler(({ signal }) => world.proxy(signal)),
      probe: os.ports.probe.handler(() => undefined),
      edit: os.ports.edit.handler(({ input }) => {
        world.edits.update((edits) => [...edits, ...input.edits]);
        return {};
      }),
      difference: os.ports.difference.handler(() => sampleDifference),
      saveOverride: os.ports.saveOverride.handler(() => ({ path: '/opt/slipway/resources/environments/sample/compose.ports.yaml' })),
    },
    networks: {
      watch: os.networks.watch.handler(({ signal }) => world.networks(signal)),
      test: os.networks.test.handler(({ input }) => fakeReachability(input)),
    },
    snapshots: {
      watch: os.snapshots.watch.handler(({ signal }) => world.snapshots.watch({ signal })),
      create: os.snapshots.create.handler(({ input }) => world.createSnapshot(input)),
      restore: os.snapshots.restore.handler(() => world.restore()),
      reset: os.snapshots.reset.handler(() => world.restore()),
      undo: os.snapshots.undo.handler(() => world.restore()),
      preview: os.snapshots.preview.handler(() => fakePreview),
      verify: os.snapshots.verify.handler(() => world.restore()),
      remove: os.snapshots.remove.handler(({ input }) => {
        world.snapshots.update((all) => all.filter((one) => one.id !== input.snapshotId));
      }),
      describe: os.snapshots.describe.handler(({ input: { snapshotId, ...notes } }) => {
        world.snapshots.update((all) => all.map((one) => (one.id === snapshotId ? { ...one, ...defined(notes) } : one)));
      }),
      details: os.snapshots.details.handler(({ input }) => snapshotDetailsOf(world.snapshots.value, input.snapshotId)),
      usage: os.snapshots.usage.handler(() => usageOf(world.snapshots.value)),
      browse: os.snapshots.browse.handler(({ input }) => listingOf(input.path)),
      readText: os.snapshots.readText.handler(({ input }) => textOf(input.path)),
      diff: os.snapshots.diff.handler(() => fakeDifference),
      diffText: os.snapshots.diffText.handler(({ input }) => textDifferenceOf(input.path)),
      saveFile: os.snapshots.saveFile.handler(({ input }) => ({ file: `/home/ada/Downloads/${input.path}` })),
      export: os.snapshots.export.handler(() => world.restore()),
      import: os.snapshots.import.handler(() => world.restore()),
      mask: os.snapshots.mask.handler(() => world.restore()),
      databases: os.snapshots.databases.handler(() => [{ volume: 'sample_db-data', directory: '', product: 'postgresql', version: '15' }]),
      schedule: os.snapshots.schedule.handler(() => fakeSchedule),
      setSchedule: os.snapshots.setSchedule.handler(() => undefined),
      push: os.snapshots.push.handler(() => world.restore()),
      pull: os.snapshots.pull.handler(() => world.restore()),
    },
    pulls: {
      estimate: os.pulls.estimate.handler(() => fakeDownloads),
      start: os.pulls.start.handler(() => world.up()),
    },
    registries: {
      watch: os.registries.watch.handler(({ signal }) => world.registries.list.watch({ signal })),
      health: os.registries.health.handler(({ signal }) => world.registryHealth(signal)),
      save: os.registries.save.handler(({ input: { host, name = '', mirrors = [], plainHttp = false } }) => {
        world.registries.save({ host, name, mirrors, plainHttp });
        return { host };
      }),
      remove: os.registries.remove.handler(({ input }) => world.registries.list.update((all) => all.filter(({ host }) => host !== input.host))),
      login: os.registries.login.handler(({ input: { host, username, password }, errors }) => {
        if (password === 'wrong') throw errors.PROBLEM({ data: refusedLogin(host) });
        const login = { username, origin: "Slipway's own login", own: true };
        world.registries.change(host, (view) => ({ ...view, login }));
        return { login, asked: true };
      }),
      logout: os.registries.logout.handler(({ input }) => {
        world.registries.change(input.host, ({ login: _login, ...view }) => view);
        return { loggedOut: true };
      }),
      certificates: os.registries.certificates.handler(() => [ownCertificate]),
      trust: os.registries.trust.handler(({ input }) => {
        world.registries.change(input.host, (view) => ({ ...view, trusted: [ownCertificate] }));
        return [ownCertificate];
      }),
      distrust: os.registries.distrust.handler(({ input }) => world.registries.change(input.host, (view) => ({ ...view, trusted: [] }))),
      repositories: os.registries.repositories.handler(() => world.registries.repositories()),
      tags: os.registries.tags.handler(() => world.registries.tags()),
      inspect: os.registries.inspect.handler(({ input }) => world.registries.image(input.reference)),
    },
    checks: {
      watch: os.checks.watch.handler(({ signal }) => world.checks.watch({ signal })),
      run: os.checks.run.handler(() => world.check()),
    },
    images: {
      check: os.images.check.handler(() => fakeImages),
      lockDraft: os.images.lockDraft.handler(() => fakeLock),
      lock: os.images.lock.handler(() => fakeLock),
      update: os.images.update.handler(() => world.update()),
      rehearse: os.images.rehearse.handler(() => world.rehearse()),
      rehearsals: os.images.rehearsals.handler(({ signal }) => world.rehearsals.watch({ signal })),
    },
    jobs: {
      watch: os.jobs.watch.handler(({ signal }) => world.jobSummaries(signal)),
      follow: os.jobs.follow.handler(({ input, signal }) => world.job(input.jobId).follow(signal)),
      cancel: os.jobs.cancel.handler(({ input }) => world.job(input.jobId).cancel()),
      clear: os.jobs.clear.handler(() => world.clearJobs()),
    },
    bundles: {
      plan: os.bundles.plan.handler(({ input }) => bundlePlanOf(input)),
      create: os.bundles.create.handler(() => world.startOther('bundle.create', 'Bundle of Sample')),
      open: os.bundles.open.handler(() => bundleOnDisk),
      import: os.bundles.import.handler(() => world.startOther('bundle.import', `Import ${bundleOnDisk.file}`)),
    },
    captures: {
      engines: os.captures.engines.handler(() => [{ engine: 'prod', address: 'ssh://ops@prod-1' }]),
      projects: os.captures.projects.handler(({ input, errors }) => {
        if (input.engine === 'prod') return [{ name: 'shop', services: ['db', 'web', 'worker'], running: 4, containers: 4 }];
        throw errors.PROBLEM({ data: unreachable });
      }),
      preview: os.captures.preview.handler(() => captured),
      capture: os.captures.capture.handler(() => world.startOther('environment.capture', 'Capture shop')),
    },
    disk: {
      report: os.disk.report.handler(() => diskReport),
      pruneImages: os.disk.pruneImages.handler(() => world.startOther('images.prune', 'Remove unused images')),
    },
    doctor: {
      watch: os.doctor.watch.handler(({ signal }) => world.doctor(signal)),
      fix: os.doctor.fix.handler(() => world.connect()),
    },
    settings: {
      watch: os.settings.watch.handler(({ signal }) => world.settings.watch({ signal })),
      update: os.settings.update.handler(({ input }) => {
        world.settings.set(settings.parse({ ...world.settings.value, ...input }));
        return world.settings.value;
      }),
    },
  });
}

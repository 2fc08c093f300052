import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Conf from 'conf';
import { systemClock } from '../../src/main/core/base/clock.ts';
import { silentLogger } from '../../src/main/core/base/logger.ts';
import { type Core, createCore } from '../../src/main/core/create-core.ts';
import { connectDockerode } from '../../src/main/core/engine/dockerode/connect-dockerode.ts';
import { FileSecretStore } from '../../src/main/core/environments/secret-store.ts';
import { StateStore } from '../../src/main/core/environments/state-store.ts';
import { systemHostPorts } from '../../src/main/core/ports/host/system-host-ports.ts';
import { systemHostRoutes } from '../../src/main/core/ports/host/system-host-routes.ts';
import { networkHelper } from '../../src/main/core/ports/networks/helper.ts';
import { volumeAccess } from '../../src/main/core/snapshots/engine/volume-access.ts';
import { openSnapshotStore } from '../../src/main/core/snapshots/open-snapshot-store.ts';
import type { JobOutcome } from '../../src/shared/models/job.ts';

const built = path.resolve(import.meta.dirname, '../../out');

/** The whole core on a real engine, with its files in `home`. Close it. */
export function openCore({ home, socket }: { home: string; socket: string }): Core {
  return createCore({
    dataDirectory: home,
    platform: process.platform,
    readyMadeDirectory: path.join(home, 'ready-made'),
    environment: {},
    state: new StateStore({ path: path.join(home, 'state.json'), open: () => new Conf({ cwd: home, configName: 'state' }) }),
    secrets: new FileSecretStore(home),
    clock: systemClock,
    logger: silentLogger,
    openStore: () => openSnapshotStore(path.join(home, 'store'), { worker: pathToFileURL(path.join(built, 'main', 'snapshot-worker.js')) }),
    journalDirectory: path.join(home, 'journal'),
    connect: async ({ signal }) => ({ engine: await connectDockerode({ address: `unix://${socket}`, origin: 'test' }, { signal, logger: silentLogger }), private: false }),
    volumeAccess: (engine) => volumeAccess(engine, { helperDirectory: path.join(built, 'volume-helper'), logger: silentLogger }),
    findLogin: () => Promise.resolve({ warnings: [] }),
    privateEngine: { available: () => Promise.resolve(false), start: () => Promise.reject(new Error('none here')), stop: () => Promise.resolve(false) },
    networkHelper: networkHelper(path.join(built, 'network-helper')),
    hostRoutes: () => systemHostRoutes(),
    hostPorts: () => systemHostPorts(),
    otherEngines: {
      list: () => Promise.resolve([]),
      open: (address, { signal }) => connectDockerode({ address, origin: 'test' }, { signal, logger: silentLogger }),
    },
  });
}

/** A job's result; raises when it did not succeed. */
export async function resultOf(core: Core, jobId: string): Promise<Record<string, unknown>> {
  const outcome = await core.jobs.outcome(jobId);
  if (outcome.status === 'succeeded') return outcome.result ?? {};
  throw new Error(`The job ended with ${JSON.stringify(outcome)}`);
}

/** How a job ended that must not succeed. */
export async function problemOf(core: Core, jobId: string): Promise<Extract<JobOutcome, { status: 'failed' }>['problem']> {
  const outcome = await core.jobs.outcome(jobId);
  if (outcome.status === 'failed') return outcome.problem;
  throw new Error(`The job should have failed and is ${outcome.status}`);
}

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { silentLogger } from '../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../src/main/core/engine/dockerode/connect-dockerode.ts';
import { captureSnapshot, type Freeze } from '../../src/main/core/snapshots/capture.ts';
import { archiveTransport } from '../../src/main/core/snapshots/engine/archive-transport.ts';
import { volumeAccess } from '../../src/main/core/snapshots/engine/volume-access.ts';
import { openSnapshotStore } from '../../src/main/core/snapshots/open-snapshot-store.ts';
import { restoreSnapshot } from '../../src/main/core/snapshots/restore.ts';
import { environment, metadata, volumeToCapture } from '../../test/main/core/snapshots/support/snapshot-request.ts';

/** Slipway's snapshots in a process that does nothing else, so that its memory and its event loop can be looked at. */
export interface SlipwayWork {
  readonly host: string;
  readonly volume: string;
  /** Where the store and the journals go. */
  readonly directory: string;
  readonly way: 'helper' | 'archive';
  readonly helperDirectory: string;
  readonly worker: string;
}

/** `reset` keeps the current content first, as every restore by a person does; `restore` writes into an emptied volume and keeps nothing. */
export type Order = 'take' | 'restore' | 'reset';

export interface Answer {
  readonly seconds: number;
  /** Seconds that services would stand still; of `take`. */
  readonly still: number;
  /** Milliseconds that nothing else could run, at most. */
  readonly blocked: number;
  /** The largest memory that the process has had so far, in bytes. */
  readonly peak: number;
  readonly error?: string;
}

const work = JSON.parse(process.argv[2] ?? '') as SlipwayWork;
const engine = await connectDockerode({ address: work.host, origin: 'bench' }, { logger: silentLogger });
const access = volumeAccess(engine, { helperDirectory: work.helperDirectory, logger: silentLogger });
const transport = work.way === 'helper' ? access.transport : archiveTransport(engine);
mkdirSync(work.directory, { recursive: true });
const store = await openSnapshotStore(path.join(work.directory, 'store'), existsSync(work.worker) ? { worker: pathToFileURL(work.worker) } : {});
// The images of the others lie there, too.
await (await transport.open([])).close();
let latest = '';
let still = 0;

const freeze: Freeze = {
  pause: () => {
    still = performance.now();
    return Promise.resolve();
  },
  resume: () => {
    still = (performance.now() - still) / 1000;
    return Promise.resolve();
  },
};

async function take(): Promise<void> {
  const { id } = await captureSnapshot({ store, transport, environment, volumes: [volumeToCapture(work.volume)], metadata, freeze });
  latest = id;
}

async function restore(keepsCurrent: boolean): Promise<void> {
  await restoreSnapshot({
    store,
    transport,
    reset: access.reset,
    journalDirectory: path.join(work.directory, 'journal'),
    snapshotId: latest,
    targets: [{ from: work.volume, volume: work.volume }],
    ...(keepsCurrent ? { safety: { environment, volumes: [volumeToCapture(work.volume)], metadata: { ...metadata, kind: 'safety' as const } } } : {}),
  });
}

const orders: Readonly<Record<Order, () => Promise<void>>> = { take, restore: () => restore(false), reset: () => restore(true) };

/** `VmHWM` of proc_pid_status(5). */
function peak(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
}

async function carryOut(order: Order): Promise<Answer> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const started = performance.now();
  const error = await orders[order]().then(
    () => undefined,
    (failure: unknown) => String(failure),
  );
  const seconds = (performance.now() - started) / 1000;
  delay.disable();
  return { seconds, still, blocked: delay.max / 1e6, peak: peak(), ...(error === undefined ? {} : { error }) };
}

process.on('message', (order: Order) => {
  void carryOut(order).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

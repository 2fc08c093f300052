import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Comparison } from '../scripts/lib/bench-table.mjs';
import type { Core } from '../src/main/core/create-core.ts';
import { findPortConflicts } from '../src/main/core/ports/conflicts.ts';
import { systemHostPorts } from '../src/main/core/ports/host/system-host-ports.ts';
import type { WantedPort } from '../src/main/core/ports/wanted-port.ts';
import type { PortRow } from '../src/shared/models/port.ts';
import { importBusybox } from '../test/support/images.ts';
import { openCore, resultOf } from '../test/support/open-core.ts';
import { type PrivateDockerd, startDockerd } from '../test/support/private-dockerd.ts';
import { makeTempDir, removeTempDir } from '../test/support/temp.ts';

const rounds = 7;
const services = 10;
const portsEach = 20;
const firstPort = 23_000;
const run = promisify(execFile);

/**
 * 200 published ports in ten containers: listed with their holders and tried, beside what `docker ps` and `ss` take to
 * list theirs; how long after the engine's event of a stop and of a start the watched table shows it; and 100 ports
 * tested before a start.
 */
export default async function ports(): Promise<Comparison[]> {
  const dockerd = await startDockerd({ name: 'bench-ports' });
  const home = await makeTempDir('bench-ports');
  const core = openCore({ home, socket: dockerd.socket });
  try {
    await importBusybox(dockerd.socket);
    await writeFile(path.join(home, 'compose.yaml'), composeFile());
    const record = await core.library.add({ path: path.join(home, 'compose.yaml'), name: 'many' });
    await resultOf(core, core.stacks.up(record));
    const listing = {
      title: `ports --all with ${services * portsEach} mappings`,
      unit: 'ms',
      peers: {
        slipway: await timed(() => core.ports.machine({})),
        'docker ps': await timed(() => docker(dockerd)),
        'ss -lntup': await timed(() => run('ss', ['-lntup'], { maxBuffer: 2 ** 26 })),
      },
    };
    const conflicts = {
      title: 'conflict check of 100 ports',
      unit: 'ms',
      peers: { slipway: await timed(() => findPortConflicts({ projectName: 'x', wanted: hundred(), containers: [], host: systemHostPorts() })) },
    };
    const views = await viewUpdates(core);
    return [
      listing,
      { title: 'view after the event of a stop', unit: 'ms', peers: { slipway: views.stops } },
      { title: 'view after the event of a start', unit: 'ms', peers: { slipway: views.starts } },
      conflicts,
    ];
  } finally {
    await core.close();
    await dockerd.stop();
    await removeTempDir(home);
  }
}

function composeFile(): string {
  const publications = (service: number): string =>
    Array.from({ length: portsEach }, (_, index) => `"${firstPort + service * portsEach + index}:${8000 + index}"`).join(', ');
  const one = (service: number): string => `  s${service}:\n    image: slipway-test/busybox:1\n    stop_grace_period: 0s\n    ports: [${publications(service)}]\n`;
  return `services:\n${Array.from({ length: services }, (_, service) => one(service)).join('')}`;
}

async function timed(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    await work();
    // The first round warms caches up.
    if (round > 0) times.push(performance.now() - start);
  }
  return times;
}

async function docker({ host }: PrivateDockerd): Promise<void> {
  await run('docker', ['-H', host, 'ps'], { maxBuffer: 2 ** 26 });
}

function hundred(): WantedPort[] {
  return Array.from({ length: 100 }, (_, index) => ({ service: 's', containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPorts: [26_000 + index] }));
}

/** From the arrival of the engine's event until the watched table shows all ports of the container as free, or as its own. */
async function viewUpdates(core: Core): Promise<{ stops: number[]; starts: number[] }> {
  const stop = new AbortController();
  const engine = await core.connection.get();
  const [container] = await engine.containers.list({ labels: ['com.docker.compose.service=s0'] });
  const seen = core.portFeed.watch(() => core.library.list(), { signal: stop.signal });
  const until = async (running: boolean): Promise<number> => {
    const shows = (rows: readonly PortRow[]): boolean =>
      rows.filter(({ service }) => service === 's0').every(({ holder, state }) => (running ? holder?.kind === 'service' && state !== 'conflict' : state === 'free'));
    for (let next = await seen.next(); !next.done; next = await seen.next()) if (shows(next.value)) return performance.now();
    throw new Error('The table ended.');
  };
  const arrival = async (action: string): Promise<number> => {
    for await (const event of engine.events.watch({ signal: stop.signal })) if (event.kind === 'container' && event.action === action) return performance.now();
    throw new Error('The events ended.');
  };
  await until(true);
  const change = async (running: boolean): Promise<number> => {
    const told = arrival(running ? 'start' : 'die');
    const shown = until(running);
    await (running ? engine.containers.start(container?.id ?? '') : engine.containers.kill(container?.id ?? ''));
    return Math.max(0, (await shown) - (await told));
  };
  const times = { stops: [] as number[], starts: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.stops.push(await change(false));
    times.starts.push(await change(true));
  }
  stop.abort();
  await seen.return();
  return times;
}

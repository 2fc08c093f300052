import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Comparison } from '../scripts/lib/bench-table.mjs';
import { composeBinary } from '../scripts/lib/paths.mjs';
import { silentLogger } from '../src/main/core/base/logger.ts';
import { loadProject } from '../src/main/core/compose/load.ts';
import { connectDockerode } from '../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine } from '../src/main/core/engine/engine.ts';
import { executePlan } from '../src/main/core/stacks/execute.ts';
import { observeImages } from '../src/main/core/stacks/images.ts';
import { observeStack } from '../src/main/core/stacks/observe.ts';
import { planStack } from '../src/main/core/stacks/plan-stack.ts';
import { importBusybox } from '../test/support/images.ts';
import { type PrivateDockerd, startDockerd } from '../test/support/private-dockerd.ts';
import { run } from '../test/support/run.ts';
import { makeTempDir, removeTempDir } from '../test/support/temp.ts';

const rounds = 7;
const chains = 3;
const links = 4;

type Action = 'up' | 'up again' | 'down';
type Tool = (action: Action) => Promise<void>;

/**
 * A stack of twelve services in three chains, each of whose links waits for the one before to be healthy, images
 * present: started, started again unchanged, and removed, by Slipway and by `docker compose`, in turns on one engine.
 */
export default async function up(): Promise<Comparison[]> {
  const dockerd = await startDockerd({ name: 'bench' });
  const directory = await makeTempDir('bench-up');
  const engine = await connectDockerode({ address: dockerd.host, origin: 'bench' }, { logger: silentLogger });
  try {
    await importBusybox(dockerd.socket);
    const file = path.join(directory, 'compose.yaml');
    await writeFile(file, composeFile());
    const tools: Readonly<Record<string, Tool>> = { 'docker compose': reference(dockerd, file), slipway: ours(engine, file) };
    const times = new Map<string, number[]>();
    for (let round = 0; round <= rounds; round++) {
      for (const [name, tool] of Object.entries(tools)) {
        for (const action of ['up', 'up again', 'down'] as const) {
          const start = performance.now();
          await tool(action);
          // The first round warms caches up.
          if (round > 0) times.set(`${action} ${name}`, [...(times.get(`${action} ${name}`) ?? []), performance.now() - start]);
        }
      }
    }
    const titles: Readonly<Record<Action, string>> = { up: 'up of 12 services with health chains', 'up again': 'up when nothing changed', down: 'down' };
    return (Object.entries(titles) as [Action, string][]).map(([action, title]) => ({
      title,
      unit: 'ms',
      peers: Object.fromEntries(Object.keys(tools).map((name) => [name, times.get(`${action} ${name}`) ?? []])),
    }));
  } finally {
    await engine.close();
    await dockerd.stop();
    await removeTempDir(directory);
  }
}

function composeFile(): string {
  const services = Array.from({ length: chains * links }, (_, index) => {
    const needs = index % links === 0 ? '' : `    depends_on: { s${index - 1}: { condition: service_healthy } }\n`;
    return `  s${index}:\n    image: slipway-test/busybox:1\n    healthcheck: { test: [CMD, "true"], interval: 500ms }\n${needs}`;
  });
  return `services:\n${services.join('')}`;
}

function reference({ host }: PrivateDockerd, file: string): Tool {
  const args: Readonly<Record<Action, readonly string[]>> = { up: ['up', '--detach'], 'up again': ['up', '--detach'], down: ['down'] };
  return async (action) => {
    const env = { PATH: '/bin', HOME: '/nonexistent', DOCKER_HOST: host };
    await run(composeBinary, ['--project-name', 'bench', '--file', file, ...args[action]], { env });
  };
}

function ours(engine: Engine, file: string): Tool {
  return async (action) => {
    const definition = await loadProject({ files: [file], projectName: 'bench', environment: {} });
    const [observed, images] = await Promise.all([observeStack(engine, 'bench'), observeImages(engine, definition.project)]);
    const intent = action === 'down' ? 'down' : 'up';
    const prepared = planStack({ projectName: 'bench', definition, observed, images, intent });
    const pull = (image: string) => engine.images.pull(image);
    for await (const event of executePlan({ engine, prepared, pull, probeEarly: true })) if (event.type === 'log' && event.entry.level === 'error') throw new Error(event.entry.text);
  };
}

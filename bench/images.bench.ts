import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Comparison } from '../scripts/lib/bench-table.mjs';
import { importBusybox, pushImage, tagImage } from '../test/support/images.ts';
import { openCore } from '../test/support/open-core.ts';
import { startDockerd } from '../test/support/private-dockerd.ts';
import { startRegistry } from '../test/support/registry-server.ts';
import { makeTempDir, removeTempDir } from '../test/support/temp.ts';

const services = 20;
const runs = 9;

/** How long it takes to say of each of twenty services whether its image is up to date, with a real local registry. */
export default async function images(): Promise<Comparison[]> {
  const home = await makeTempDir('bench-images');
  const [engine, registry] = await Promise.all([startDockerd({ name: 'bench' }), startRegistry()]);
  const core = openCore({ home, socket: engine.socket });
  try {
    const id = await importBusybox(engine.socket, 'bench/base:1');
    const names = Array.from({ length: services }, (_, index) => `${registry.address}/bench/service-${index + 1}:1`);
    for (const name of names) {
      await tagImage(engine.socket, id, name);
      await pushImage(engine.socket, name);
    }
    const directory = path.join(home, 'project');
    await mkdir(directory);
    await writeFile(path.join(directory, 'compose.yaml'), `services:\n${names.map((name, index) => `  s${index + 1}: { image: "${name}" }\n`).join('')}`);
    const record = await core.library.add({ path: directory, name: 'bench' });
    const times: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      const from = performance.now();
      const found = await core.imageCheck.check(record, {});
      if (found.some(({ state }) => state !== 'up-to-date')) throw new Error(`Not all are up to date: ${JSON.stringify(found[0])}`);
      times.push(performance.now() - from);
    }
    return [{ title: `images check of ${services} services, ${runs} runs after a first one of ${Math.round(times[0] ?? NaN)} ms`, unit: 'ms', peers: { 'images check': times.slice(1) } }];
  } finally {
    await core.close();
    await Promise.all([engine.stop(), registry.stop()]);
    await removeTempDir(home);
  }
}

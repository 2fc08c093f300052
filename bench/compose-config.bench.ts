import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Comparison } from '../scripts/lib/bench-table.mjs';
import { composeBinary } from '../scripts/lib/paths.mjs';
import { loadProject } from '../src/main/core/compose/load.ts';
import { printJson } from '../src/main/core/compose/print/json.ts';
import { makeTempDir, removeTempDir } from '../test/support/temp.ts';

const rounds = 9;
const sizes = [50, 100, 200, 400, 800];

/**
 * `config --format json` of files with many services, in this process and by a process of `docker compose`. Both must
 * print the same. The time per service must not grow with their number; processor time shows it on a busy machine too.
 */
export default async function composeConfig(): Promise<Comparison[]> {
  const directory = await makeTempDir('bench-config');
  try {
    const comparisons: Comparison[] = [];
    const perService: Record<string, readonly number[]> = {};
    for (const services of sizes) {
      const { comparison, processorMs } = await compare(path.join(directory, `${services}.yaml`), services);
      comparisons.push(comparison);
      perService[`${services} services`] = processorMs.map((ms) => (ms * 1000) / services);
    }
    return [...comparisons, { title: "slipway's processor time for each service", unit: 'µs', peers: perService }];
  } finally {
    await removeTempDir(directory);
  }
}

async function compare(file: string, services: number): Promise<{ comparison: Comparison; processorMs: number[] }> {
  await writeFile(file, composeFile(services));
  const ours: number[] = [];
  const processorMs: number[] = [];
  const reference: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const [own, other] = [await timed(() => slipway(file)), await timed(() => dockerCompose(file))];
    if (own.result !== other.result) throw new Error(`The two tools print different things for ${services} services.`);
    // The first round warms caches up.
    if (round === 0) continue;
    ours.push(own.ms);
    processorMs.push(own.processorMs);
    reference.push(other.ms);
  }
  const peers = { 'docker compose': reference, slipway: ours };
  return { comparison: { title: `config of ${services} services`, unit: 'ms', peers }, processorMs };
}

async function slipway(file: string): Promise<string> {
  return printJson((await loadProject({ files: [file], environment: {} })).project);
}

async function dockerCompose(file: string): Promise<string> {
  const options = { env: {} as NodeJS.ProcessEnv, maxBuffer: 64 * 2 ** 20 };
  return (await promisify(execFile)(composeBinary, ['-f', file, 'config', '--format', 'json'], options)).stdout;
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number; processorMs: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: performance.now() - start, processorMs: (user + system) / 1000 };
}

/** Services as people write them: short and long forms, variables, an anchor, each waiting for the one before. */
function composeFile(services: number): string {
  const lines = ['name: bench', 'x-common: &common', '  restart: unless-stopped', '  logging: {driver: json-file, options: {max-size: 10m}}', 'services:'];
  for (let index = 0; index < services; index += 1) {
    lines.push(
      `  service${index}:`,
      '    <<: *common',
      `    image: registry.example.com/team/service${index}:\${TAG:-1.${index}}`,
      `    command: [node, server.js, --port, "${8000 + index}"]`,
      '    environment:',
      `      PORT: ${8000 + index}`,
      `      DATABASE_URL: postgres://app:\${PASSWORD:-secret}@db:5432/app${index}`,
      '    ports:',
      `      - "127.0.0.1:${20000 + index}:${8000 + index}"`,
      `      - {target: 9000, published: "${30000 + index}"}`,
      `    volumes: ["data${index}:/var/lib/data", "./conf/${index}:/etc/app:ro"]`,
      '    networks: [front, back]',
      '    healthcheck: {test: ["CMD", "curl", "-f", "http://localhost/"], interval: 10s, timeout: 3s, retries: 5}',
      '    deploy: {resources: {limits: {cpus: "0.5", memory: 256M}}}',
      `    labels: {com.example.index: "${index}"}`,
    );
    if (index > 0) lines.push('    depends_on:', `      service${index - 1}: {condition: service_healthy}`);
  }
  lines.push('networks: {front: {}, back: {}}', 'volumes:');
  for (let index = 0; index < services; index += 1) lines.push(`  data${index}: {}`);
  return `${lines.join('\n')}\n`;
}

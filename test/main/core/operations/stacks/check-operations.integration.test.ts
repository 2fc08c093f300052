import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { EnvironmentRecord } from '../../../../../src/shared/models/environment.ts';
import type { CheckReport } from '../../../../../src/shared/models/check.ts';
import { freePort } from '../../../../support/free-port.ts';
import { importBusybox } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

let home: string;
let core: Core;
let shop: EnvironmentRecord;
const image = 'check-test/busybox:1';

beforeAll(async () => {
  home = await makeTempDir('checks');
  const socket = inject('engineSocket');
  await importBusybox(socket, image);
  const directory = path.join(home, 'shop');
  await mkdir(directory);
  await writeFile(
    path.join(directory, 'compose.yaml'),
    `
services:
  web:
    image: ${image}
    command: [sh, -c, "echo starting; test -e /data/page || echo hello > /data/page; echo ready on 80; cd /data && exec httpd -f -p 80"]
    ports: ["${await freePort()}:80"]
    volumes: ["pages:/data"]
    stop_grace_period: 0s
volumes: { pages: }
x-slipway:
  profiles:
    default:
      checks:
        page: { http: { url: "http://127.0.0.1:$\${port:web:80}/page", body: hello }, timeout: 2s }
        port: { tcp: "127.0.0.1:$\${port:web:80}" }
        file: { command: { service: web, command: "test -s /data/page" }, timeout: 2s }
        words: { command: { service: web, command: [test, -d, /data] } }
        ready: { log: { service: web, pattern: "^ready on \\\\d+$" } }
`,
  );
  core = openCore({ home, socket });
  shop = await core.library.add({ path: directory, name: 'checked-shop' });
});

afterAll(async () => {
  await resultOf(core, core.stacks.down(shop, { volumes: true, safetySnapshot: false }));
  await core.close();
  await removeTempDir(home);
});

async function latest(): Promise<CheckReport | null | undefined> {
  const stop = new AbortController();
  for await (const report of core.checks.watch(shop.id, { signal: stop.signal })) {
    stop.abort();
    return report;
  }
  return undefined;
}

const states = (report: CheckReport | null | undefined): string[] => (report?.results ?? []).map(({ name, state }) => `${name} ${state}`);

async function write(text: string): Promise<void> {
  const engine = await core.connection.get();
  const [web] = await engine.containers.list({ labels: [`com.docker.compose.project=${shop.projectName}`] });
  await engine.containers.exec(web?.id ?? '', { command: ['sh', '-c', `echo ${text} > /data/page`] });
}

describe('the checks of a profile', () => {
  it('are shown as not run before the first start', async () => {
    expect(states(await latest())).toEqual(['page pending', 'port pending', 'file pending', 'words pending', 'ready pending']);
  });

  it('run after a start', async () => {

    await resultOf(core, core.stacks.up(shop));
    const report = await latest();
    expect(report).toMatchObject({ trigger: 'start', finishedAt: expect.any(String) as string });
    expect(states(report)).toEqual(['page passed', 'port passed', 'file passed', 'words passed', 'ready passed']);
  });

  it('make the job fail when one fails, with what was got', async () => {
    await write('goodbye');
    const problem = await problemOf(core, core.checks.run(shop));
    expect(problem).toMatchObject({ code: 'check.failed', detail: 'goodbye' });
    expect(problem.message).toContain('does not contain “hello”');
    expect(states(await latest())).toEqual(['page failed', 'port passed', 'file passed', 'words passed', 'ready passed']);
    expect((await problemOf(core, core.stacks.up(shop))).code).toBe('check.failed');
    await resultOf(core, core.stacks.up(shop, { checks: false }));
  });

  it('run after a restore, which is done though one fails', async () => {
    const { snapshotId } = await resultOf(core, core.snapshots.create(shop, { kind: 'manual' }));
    await write('hello');
    const restored = await resultOf(core, core.snapshots.restore(shop, { snapshotId: String(snapshotId) }));
    expect(restored).toMatchObject({ checks: { passed: 4, failed: 1 } });
    expect(await latest()).toMatchObject({ trigger: 'restore' });
  });

  it('say why a log has no such line and a command fails', async () => {
    const problems = await problemOf(core, core.checks.run({ ...shop, profile: 'default', directory: await variant() }));
    expect(problems.message).toBe('2 of 2 checks of checked-shop failed: log, command.');
    expect(problems.detail).toContain('No line of web’s log matches “never”');
    expect(problems.detail).toContain('ended with exit code 3');
    expect(problems.detail).toContain('broken');
  });
});

/** The same service with checks that fail. */
async function variant(): Promise<string> {
  const directory = path.join(home, 'variant');
  await mkdir(directory);
  const checks = `
        log: { log: { service: web, pattern: never }, timeout: 300ms }
        command: { command: { service: web, command: "echo broken; exit 3" }, timeout: 300ms }`;
  await writeFile(
    path.join(directory, 'compose.yaml'),
    `services: { web: { image: ${image} } }\nx-slipway:\n  profiles:\n    default:\n      checks:${checks}\n`,
  );
  return directory;
}

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { engineRequest } from '../support/engine-http.ts';
import { freePort } from '../support/free-port.ts';
import { importBusybox, pushImage, removeImage } from '../support/images.ts';
import { pageAt } from '../support/page-at.ts';
import { type PrivateDockerd, startDockerd } from '../support/private-dockerd.ts';
import { makeTempDir, removeTempDir } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Finished, startSlipway } from './support/run-slipway.ts';

/** An engine for this file alone: what is left behind is looked for on all of it. */
let dockerd: PrivateDockerd;
let socket: string;
let engine: string;
let home: string;
let project: string;
let port: number;
let image: string;

/** A web server that keeps its page in a volume, a database in name only, and a one-off service before both. */
function compose(changes: { image?: string; probe?: string } = {}): string {
  const { image: used = image, probe = 'test -e /data/page' } = changes;
  return `
name: story
services:
  web:
    image: ${used}
    command: [sh, -c, "cd /data && exec httpd -f -p 80"]
    ports: ["${port}:80"]
    volumes: ["site:/data"]
    stop_grace_period: 1s
    depends_on:
      prepare: { condition: service_completed_successfully }
      store: { condition: service_healthy }
  prepare:
    image: ${used}
    command: [sh, -c, "test -e /data/page || echo first > /data/page"]
    volumes: ["site:/data"]
  store:
    image: ${used}
    command: [sh, -c, "exec sleep 1000"]
    ports: ["81"]
    stop_grace_period: 1s
    healthcheck: { test: ["CMD-SHELL", "${probe}"], interval: 300ms, retries: 2 }
    volumes: ["site:/data"]
    depends_on:
      prepare: { condition: service_completed_successfully }
volumes:
  site:
x-slipway:
  title: Story
  links: [{ title: Page, url: "http://127.0.0.1:$\${port:web:80}/page" }]
`;
}

function slipway(...args: string[]): Promise<Finished> {
  return startSlipway(args, { home, engine }).done;
}

const page = (): Promise<string> => pageAt(`http://127.0.0.1:${port}/page`);

const pageBecomes = (text: string): Promise<boolean> =>
  waitFor(`the page to say ${text}`, 10_000, async () => ((await page().catch(() => '')) === text ? true : undefined));

interface Listed {
  readonly Name?: string;
  readonly Names?: readonly string[];
}

/** What the engine has of ours: by name, or anonymous. */
async function names(kind: 'containers' | 'volumes' | 'networks'): Promise<string[]> {
  const answer = await engineRequest(socket, 'GET', `/${kind}${kind === 'containers' ? '/json?all=1' : ''}`);
  const listed = kind === 'volumes' ? (JSON.parse(answer) as { Volumes: Listed[] }).Volumes : (JSON.parse(answer) as Listed[]);
  return listed
    .map(({ Name, Names }) => Names?.[0]?.slice(1) ?? Name ?? '')
    .filter((name) => /story|slipway|^[0-9a-f]{64}$/.test(name));
}

beforeAll(async () => {
  dockerd = await startDockerd({ name: 'cli' });
  socket = dockerd.socket;
  engine = dockerd.host;
  home = await makeTempDir('cli');
  project = path.join(home, 'project');
  port = await freePort();
  image = `${inject('registryAddress')}/story/busybox:1`;
  await importBusybox(socket, image);
  await pushImage(socket, image);
  await removeImage(socket, image);
  await mkdir(project);
  await writeFile(path.join(project, 'compose.yaml'), compose());
});

afterAll(async () => {
  await dockerd.stop();
  await removeTempDir(home);
});

describe('the story on the command line', () => {
  it('pulls, starts, waits until everything is ready and prints the address', async () => {
    const up = await slipway('up', project);
    expect(up).toMatchObject({ code: 0, stdout: `Page: http://127.0.0.1:${port}/page\n` });
    expect(up.stderr).toContain('Pull');
    expect(await page()).toBe('first');
  });

  it('has nothing to do the second time, and the plan says so', async () => {
    const plan = await slipway('plan', project, '--json');
    expect(JSON.parse(plan.stdout)).toMatchObject({ steps: [], unchanged: expect.arrayContaining(['web', 'store']) as unknown });
  });

  it('tells services, ports and logs', async () => {
    const ps = JSON.parse((await slipway('ps', project, '--json')).stdout) as { state: string; services: { name: string; state: string }[] };
    expect(ps.state).toBe('running');
    expect(ps.services.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(['prepare completed', 'store healthy', 'web running']);
    expect(JSON.parse((await slipway('ports', project, '--json')).stdout)).toMatchObject([
      { service: 'web', containerPort: 80, hostIp: '127.0.0.1', hostPort: port, state: 'listening', exposure: 'loopback' },
      { service: 'store', containerPort: 81, state: 'dead' },
    ]);
  });

  it('runs a command in a service and ends with its exit code', async () => {
    expect(await slipway('exec', project, 'web', 'cat', '/data/page')).toMatchObject({ code: 0, stdout: 'first\n' });
    expect((await slipway('exec', project, 'web', 'sh', '-c', 'echo no >&2; exit 7')).code).toBe(7);
  });

  it('takes a snapshot, and brings the data back after it was damaged', async () => {
    const created = await slipway('snapshot', 'create', project, '--note', 'before the damage');
    expect(created).toMatchObject({ code: 0 });
    const id = created.stdout.trim();
    await slipway('exec', project, 'web', 'sh', '-c', 'echo damaged > /data/page; echo more > /data/other');
    expect(await page()).toBe('damaged');

    const restored = await slipway('snapshot', 'restore', id, project);
    expect(restored).toMatchObject({ code: 0 });
    await pageBecomes('first');
    expect((await slipway('exec', project, 'web', 'ls', '/data')).stdout).toBe('page\n');

    const undo = /snapshot restore ([0-9a-f]+)/.exec(restored.stdout)?.[1] ?? '';
    expect(await slipway('snapshot', 'restore', undo, project)).toMatchObject({ code: 0 });
    await pageBecomes('damaged');
    expect((await names('volumes')).filter((name) => !name.startsWith('story_'))).toEqual([]);
  });

  it('tells what changed between two snapshots, and takes a file out of one', async () => {
    const [now, before] = JSON.parse((await slipway('snapshot', 'list', project, '--json')).stdout) as { id: string }[];
    const diff = await slipway('snapshot', 'diff', before?.id ?? '', now?.id ?? '');
    expect(diff).toMatchObject({ code: 0 });
    expect(diff.stdout).toMatch(/site:page/);
    const file = path.join(home, 'page');
    expect(await slipway('snapshot', 'browse', now?.id ?? '', 'site', 'page', '--output', file)).toMatchObject({ code: 0 });
    expect(['first\n', 'damaged\n']).toContain(await readFile(file, 'utf8'));
  });

  it('carries a snapshot over in one file, also into an empty store', async () => {
    const [newest] = JSON.parse((await slipway('snapshot', 'list', project, '--json')).stdout) as { id: string }[];
    const file = path.join(home, 'snapshot.tar');
    expect(await slipway('snapshot', 'export', newest?.id ?? '', file)).toMatchObject({ code: 0 });
    const imported = await startSlipway(['snapshot', 'import', file], { home: path.join(home, 'elsewhere'), engine }).done;
    expect(imported).toMatchObject({ code: 0, stdout: `${newest?.id ?? ''}\n` });
  });

  it.each(['restore.verifying', 'restore.safety', 'restore.writing'])('killed while it restores (%s), the next start loses nothing', async (step) => {
    await slipway('exec', project, 'web', 'sh', '-c', 'rm -f /data/other; echo kept > /data/page');
    const saved = (await slipway('snapshot', 'create', project)).stdout.trim();
    await slipway('exec', project, 'web', 'sh', '-c', 'echo newer > /data/page; echo more > /data/other');
    const restoring = startSlipway(['snapshot', 'restore', saved, project, '--json'], { home, engine });
    restoring.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes(`"${step}"`)) restoring.kill();
    });
    const { code } = await restoring.done;
    expect(code).not.toBe(0);

    expect(await slipway('up', project)).toMatchObject({ code: 0 });
    const files = (await slipway('exec', project, 'web', 'ls', '/data')).stdout;
    expect([await page(), files]).toEqual(step === 'restore.writing' ? ['kept', 'page\n'] : ['newer', 'other\npage\n']);
    await slipway('snapshot', 'create', project);
    expect((await names('containers')).filter((name) => !name.startsWith('story-'))).toEqual([]);
  });

  it('finds a damaged snapshot and refuses to restore it, with exit code 7 and the data untouched', async () => {
    const id = (await slipway('snapshot', 'create', project)).stdout.trim();
    const blobs = path.join(home, 'snapshots/store/blobs/sha256');
    for (const blob of await readdir(blobs)) {
      if (blob !== id.replace('sha256:', '')) await writeFile(path.join(blobs, blob), 'x', { flag: 'r+' });
    }
    const before = await page();
    const refused = await slipway('snapshot', 'restore', id, project);
    expect(refused.code).toBe(7);
    expect(await page()).toBe(before);
  });

  it('moves to a free port and remembers it when a port is taken, and says who has it when it may not', async () => {
    expect(await slipway('stop', project)).toMatchObject({ code: 0 });
    const squatter = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    try {
      const refused = await slipway('up', project, '--json');
      expect(refused.code).toBe(5);
      expect(refused.stdout).toContain(`"pid":${process.pid}`);
      const moved = await slipway('up', project, '--remap-ports');
      expect(moved).toMatchObject({ code: 0 });
      const address = /http:\S+/.exec(moved.stdout)?.[0] ?? '';
      expect(address).not.toContain(`:${port}/`);
      expect((await fetch(address)).status).toBe(200);
      expect((await slipway('up', project)).stdout).toContain(address);
    } finally {
      squatter.close();
    }
  });

  it('removes the data only after a safety snapshot, and leaves nothing else behind', async () => {
    const down = await slipway('down', project, '--volumes');
    expect(down).toMatchObject({ code: 0 });
    expect([await names('containers'), await names('volumes'), await names('networks')]).toEqual([[], [], []]);
    const kinds = JSON.parse((await slipway('snapshot', 'list', project, '--json')).stdout) as { kind: string; note?: string }[];
    expect(kinds[0]).toMatchObject({ kind: 'safety', note: 'before removing the data' });
  });
});

describe('bad input on the command line', () => {
  const write = (text: string): Promise<void> => writeFile(path.join(project, 'compose.yaml'), text);

  it('malformed file: exit code 3, with file and line', async () => {
    await write('services:\n  web:\n    image: x\n    portz: [80]\n');
    const failed = await slipway('up', project);
    await write(compose());
    expect(failed.code).toBe(3);
    expect(failed.stderr).toMatch(/compose\.yaml:4:\d+: error/);
  });

  it('no engine: exit code 4, with a hint', async () => {
    const failed = await startSlipway(['up', project], { home, engine: 'unix:///nowhere/docker.sock' }).done;
    expect(failed.code).toBe(4);
    expect(failed.stderr).toContain('Hint');
  });

  it('image missing in the registry: exit code 6, and nothing was created', async () => {
    await write(compose({ image: `${inject('registryAddress')}/story/missing:1` }));
    const failed = await slipway('up', project);
    expect(failed.code).toBe(6);
    expect(failed.stderr).toContain('story/missing:1');
    expect(await names('containers')).toEqual([]);
  });

  it('wrong usage: exit code 2', async () => {
    expect((await slipway('up', '--pull', 'sometimes')).code).toBe(2);
    expect((await slipway('launch')).code).toBe(2);
  });

  it('a service that never gets healthy: exit code 1 with the probe’s words, and the rest can be resumed', async () => {
    await write(compose({ probe: 'echo not yet; exit 1' }));
    const failed = await slipway('up', project);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('not yet');
    await write(compose());
    expect(await slipway('up', project)).toMatchObject({ code: 0 });
    await slipway('down', project, '-v', '--no-safety-snapshot');
  });

  it('Ctrl-C while it waits: exit code 130, and the next up ends it', async () => {
    await write(compose({ probe: 'sleep 2; exit 1' }));
    const running = startSlipway(['up', project], { home, engine });
    await waitFor('the store to be made', 20_000, async () => ((await names('containers')).some((name) => name.includes('store')) ? true : undefined));
    running.interrupt();
    expect((await running.done).code).toBe(130);
    await write(compose());
    expect(await slipway('up', project)).toMatchObject({ code: 0 });
  });
});

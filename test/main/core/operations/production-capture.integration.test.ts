import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../src/main/core/create-core.ts';
import type { ContainerDetails } from '../../../../src/main/core/engine/containers.ts';
import type { EnvironmentRecord } from '../../../../src/shared/models/environment.ts';
import { freePort } from '../../../support/free-port.ts';
import { importBusybox, pushImage, removeImage } from '../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../support/open-core.ts';
import { type PrivateDockerd, startDockerd } from '../../../support/private-dockerd.ts';
import { makeTempDir, removeTempDir } from '../../../support/temp.ts';

const random = randomBytes(4).toString('hex');
const image = `${inject('registryAddress')}/capture-${random}:1`;
const local = `capture-local-${random}:1`;
const password = 'correct horse battery';

let home: string;
let engineThere: PrivateDockerd;
let there: Core;
let here: Core;
let proxy: Server;
let proxied: string;
/** What was asked of production's engine through the proxy. */
const requests: string[] = [];
let digest: string;
let production: EnvironmentRecord;
let running: readonly ContainerDetails[];

function compose(port: number): string {
  return `
services:
  db:
    image: ${image}
    command: [sh, -c, "trap exit TERM; while :; do sleep 1 & wait; done"]
    environment: { POSTGRES_PASSWORD: "${password}", POSTGRES_DB: shop, PGDATA: /data/pg, PRICE: "5$$ each" }
    volumes: ["data:/data", "/cache"]
    healthcheck: { test: [CMD, "true"], interval: 1s, timeout: 2s, retries: 3, start_period: 1m30s }
    stop_grace_period: 0s
    mem_limit: 64m
    cpus: 0.5
    ulimits: { nofile: { soft: 1000, hard: 2000 } }
    networks: { back: { aliases: [database] } }
  web:
    image: ${image}
    entrypoint: [sh, -c]
    command: ["exec sleep 1000"]
    user: "65534:65534"
    working_dir: /tmp
    hostname: www
    environment:
      DATABASE_URL: postgres://shop:${password.replaceAll(' ', '+')}@db/shop
      COPY_OF: "the ${password} again"
    ports: ["127.0.0.1:${port}:80", "81"]
    expose: ["90"]
    labels: { team: "web & more" }
    depends_on: { db: { condition: service_healthy, restart: true } }
    restart: on-failure:3
    read_only: true
    tmpfs: ["/run:size=1m"]
    cap_add: [NET_ADMIN]
    cap_drop: [MKNOD]
    sysctls: { net.ipv4.ip_unprivileged_port_start: "0" }
    extra_hosts: ["other:10.1.2.3"]
    shm_size: 32m
    init: true
    stop_grace_period: 0s
    stop_signal: SIGKILL
    logging: { driver: json-file, options: { max-size: 1m } }
    networks: [back, default]
  helper:
    image: ${image}
    network_mode: none
    scale: 2
    stop_grace_period: 0s
volumes:
  data: { labels: { keep: "yes" } }
networks:
  back: { internal: true }
`;
}

beforeAll(async () => {
  home = await makeTempDir('capture');
  const socket = inject('engineSocket');
  engineThere = await startDockerd({ name: 'production' });
  await importBusybox(socket, image, { changes: ['ENV LANG=C.UTF-8', 'WORKDIR /', 'EXPOSE 8080', 'LABEL vendor=us', 'VOLUME /state'] });
  digest = await pushImage(socket, image);
  await importBusybox(engineThere.socket, local);
  const directory = path.join(home, 'production');
  await mkdir(directory);
  await writeFile(path.join(directory, 'compose.yaml'), compose(await freePort()));
  there = openCore({ home: path.join(home, 'there'), socket: engineThere.socket });
  here = openCore({ home: path.join(home, 'here'), socket });
  production = await there.library.add({ path: directory, name: `shop-${random}` });
  await resultOf(there, there.stacks.up(production));
  running = await containersOf(there, production.projectName);

  const proxySocket = path.join(home, 'proxy.sock');
  proxy = createServer((incoming, answer) => {
    requests.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    const { method, url: wanted, headers } = incoming;
    const call = request({ socketPath: engineThere.socket, method, path: wanted, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(call);
  }).listen(proxySocket);
  proxied = `unix://${proxySocket}`;
});

afterAll(async () => {
  for (const record of here.library.list()) await resultOf(here, here.stacks.down(record, { volumes: true, safetySnapshot: false }));
  await Promise.all([here.close(), there.close()]);
  proxy.closeAllConnections();
  proxy.close();
  await removeImage(inject('engineSocket'), image);
  await engineThere.stop();
  await removeTempDir(home);
});

async function containersOf(core: Core, projectName: string): Promise<ContainerDetails[]> {
  const engine = await core.connection.get();
  const listed = await engine.containers.list({ labels: [`com.docker.compose.project=${projectName}`] });
  const all = await Promise.all(listed.map(({ id }) => engine.containers.inspect(id)));
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** All that a container was asked to be, without what tells one engine, folder or container from another. */
function wish({ id, imageId, config, hostConfig, networks, mounts, name }: ContainerDetails, projectName: string): object {
  // A lock names the image by its digest: what counts is that it is the same one.
  const { Hostname, Image: _image, Labels, Env, ...rest } = config;
  const machine = /^com\.docker\.compose\.project\.|config-hash|\.version$|^io\.slipway/;
  return {
    name: name.replace(projectName, 'PROJECT'),
    imageId,
    config: { ...rest, Hostname: id.startsWith(Hostname ?? '') ? '' : Hostname, Env: [...(Env ?? [])].sort() },
    labels: Object.fromEntries(Object.entries(Labels ?? {}).filter(([key]) => !machine.test(key)).map(([key, value]) => [key, value.replace(projectName, 'PROJECT')])),
    hostConfig: JSON.parse(JSON.stringify(hostConfig).replaceAll(projectName, 'PROJECT')) as object,
    networks: Object.entries(networks).map(([network, { aliases }]) => [network.replace(projectName, 'PROJECT'), aliases.filter((alias) => !id.startsWith(alias)).map((alias) => alias.replace(projectName, 'PROJECT')).sort()]),
    mounts: mounts.map(({ type, name: volume = '', target, readOnly }) => ({ type, volume: /^[0-9a-f]{64}$/.test(volume) ? 'anonymous' : volume.replace(projectName, 'PROJECT'), target, readOnly })).sort((a, b) => (a.target < b.target ? -1 : 1)),
  };
}

describe('capture from production', () => {
  it('lists what runs there', async () => {
    const [project] = await here.captures.projects(proxied, {});
    expect(project).toEqual({ name: production.projectName, services: ['db', 'helper', 'web'], running: 4, containers: 4 });
    await expect(here.captures.preview({ engine: proxied, project: 'absent' }, {})).rejects.toMatchObject({ problem: { code: 'project.not-found' } });
    await expect(here.captures.projects(`unix://${path.join(home, 'nowhere.sock')}`, {})).rejects.toMatchObject({ problem: { code: 'engine.unreachable' } });
  });

  it('tells before it writes: digests, values to ask for, volumes that stay there', async () => {
    const preview = await here.captures.preview({ engine: proxied, project: production.projectName }, {});
    expect(preview.lock).toEqual({ [image]: digest });
    expect(preview.withoutDigest).toEqual([]);
    expect(preview.ask.map(({ variable }) => variable).sort()).toEqual(['DATABASE_URL_PASSWORD', 'POSTGRES_PASSWORD']);
    expect(preview.volumes).toEqual([{ key: 'data', name: `${production.projectName}_data` }]);
    expect(preview.compose).not.toContain(password);
    expect(preview.compose).not.toContain(password.replaceAll(' ', '+'));
  });

  it('writes an environment whose containers are equal field by field', async () => {
    const directory = path.join(home, 'captured');
    const result = await resultOf(here, here.captures.capture({ engine: proxied, project: production.projectName, directory, name: `copy-${random}` }));
    expect(await readdir(directory)).toEqual(['compose.yaml', 'slipway.lock']);
    expect(await readFile(path.join(directory, 'slipway.lock'), 'utf8')).toContain(digest);
    const record = here.library.get(String(result['environmentId']));
    expect(record).toMatchObject({ profile: 'production', directory });
    const missing = await here.loader.load(record, {}).catch((error: unknown) => error);
    expect(missing).toMatchObject({ problem: { code: 'project.value-missing' } });
    await here.secrets.write(record.id, { POSTGRES_PASSWORD: password, DATABASE_URL_PASSWORD: password.replaceAll(' ', '+') });
    const { diagnostics } = (await here.loader.load(record, {})).definition;
    expect(diagnostics).toEqual([]);

    await resultOf(there, there.stacks.down(production, { volumes: true, safetySnapshot: false }));
    await resultOf(here, here.stacks.up(record));
    const copies = await containersOf(here, record.projectName);
    expect(copies.map((container) => wish(container, record.projectName))).toEqual(running.map((container) => wish(container, production.projectName)));
  });

  it('only ever read from that engine', () => {
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter((line) => !line.startsWith('GET '))).toEqual([]);
  });

  it('touches no folder that holds something', async () => {
    const directory = path.join(home, 'captured');
    const before = await readFile(path.join(directory, 'compose.yaml'), 'utf8');
    await resultOf(there, there.stacks.up(production, { remapConflicts: true }));
    expect(await problemOf(here, here.captures.capture({ engine: proxied, project: production.projectName, directory }))).toMatchObject({ code: 'usage.invalid' });
    expect(await readFile(path.join(directory, 'compose.yaml'), 'utf8')).toBe(before);
  });

  it('tells which images came from no registry, and leaves the host’s files and secrets to be given', async () => {
    const directory = path.join(home, 'local');
    await mkdir(directory);
    await writeFile(path.join(directory, 'site.conf'), 'site');
    await writeFile(path.join(directory, 'key'), 'top secret');
    await writeFile(
      path.join(directory, 'compose.yaml'),
      `
services:
  app:
    image: ${local}
    command: [sh, -c, "sleep 1000", --password, "hunter2 and more"]
    stop_grace_period: 0s
    volumes: ["./site.conf:/etc/site.conf:ro", "/etc/localtime:/etc/localtime:ro"]
    secrets: [key]
secrets: { key: { file: ./key } }
`,
    );
    const record = await there.library.add({ path: directory, name: `local-${random}` });
    await resultOf(there, there.stacks.up(record));
    const preview = await here.captures.preview({ engine: proxied, project: record.projectName }, {});
    expect(preview).toMatchObject({
      lock: {},
      withoutDigest: [local],
      secretFiles: ['secrets/key'],
      binds: [{ service: 'app', source: path.join(directory, 'site.conf'), here: './binds/app/etc/site.conf' }],
      ask: [{ title: '--password of app' }],
    });
    expect(preview.compose).toContain('/etc/localtime');
    expect(preview.compose).not.toMatch(/hunter2|top secret/);
  });
});

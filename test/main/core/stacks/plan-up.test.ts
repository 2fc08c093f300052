import { expect, test } from 'vitest';
import { memoryStack } from './memory-stack.ts';

const chain = `
services:
  web:
    image: app:1
    depends_on: { db: { condition: service_healthy }, job: { condition: service_completed_successfully } }
    volumes: [data:/data]
  job: { image: app:1, depends_on: [db] }
  db: { image: app:1, healthcheck: { test: [CMD, "true"] } }
volumes: { data: {} }
`;

const jobDone = { exit: { code: 0 } };

test('a first plan pulls each image once, makes everything after that, and starts in order of dependency', async () => {
  const { stack } = await memoryStack(chain);
  const { plan } = await stack.plan('up');
  expect(plan.steps.map(({ id }) => id)).toEqual([
    'pull-image:app:1',
    'create-network:app_default',
    'create-volume:app_data',
    'create-container:app-db-1',
    'create-container:app-job-1',
    'create-container:app-web-1',
    'start-container:app-db-1',
    'start-container:app-job-1',
    'start-container:app-web-1',
  ]);
  const web = plan.steps.at(-1);
  expect(web?.after).toEqual(['create-container:app-web-1', 'start-container:app-db-1', 'start-container:app-job-1']);
  expect(web?.waits).toEqual([
    { service: 'db', condition: 'service_healthy', required: true },
    { service: 'job', condition: 'service_completed_successfully', required: true },
  ]);
  const creating = plan.steps.filter(({ action }) => action.startsWith('create'));
  expect(creating.every(({ after }) => after.includes('pull-image:app:1'))).toBe(true);
});

test('planning is repeatable, and its hash changes when the world or the wish does', async () => {
  const { stack, world } = await memoryStack(chain);
  world.script('app-job-1', jobDone);
  const hash = async (): Promise<string> => (await stack.plan('up')).plan.hash;
  const first = await hash();
  expect(await hash()).toBe(first);
  await stack.write(chain.replace('data:/data', 'data:/elsewhere'));
  expect(await hash()).not.toBe(first);
  await stack.write(chain);
  await stack.up();
  expect(await hash()).not.toBe(first);
});

test('a job that is done stays done while those who waited for it run, and runs again before one of them starts', async () => {
  const { stack, world, container } = await memoryStack(chain);
  world.script('app-job-1', jobDone);
  await stack.up();
  expect((await stack.plan('up')).plan.steps).toEqual([]);
  container('app-web-1')?.exit(0);
  const { plan } = await stack.plan('up');
  expect(plan.steps.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
    'start-container:app-job-1: web starts and needs it done before',
    'start-container:app-web-1: it is not running',
  ]);
});

interface Change {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly recreated: readonly string[];
}

const changes: readonly Change[] = [
  { what: 'environment', from: 'image: app:1, environment: { A: "1" }', to: 'image: app:1, environment: { A: "2" }', recreated: ['a', 'shares-a'] },
  { what: 'image reference', from: 'image: app:1', to: 'image: app:2', recreated: ['a', 'shares-a'] },
  { what: 'nothing but a dependency', from: 'image: app:1', to: 'image: app:1, depends_on: [b]', recreated: [] },
  { what: 'nothing but the scale', from: 'image: app:1', to: 'image: app:1, scale: 2', recreated: [] },
  { what: 'nothing but the pull policy', from: 'image: app:1', to: 'image: app:1, pull_policy: missing', recreated: [] },
];

test.each(changes)('a change of $what recreates what it must, and who shares its network: $recreated', async ({ from, to, recreated }) => {
  const compose = (a: string): string => `
services:
  a: { ${a} }
  b: { image: app:1 }
  shares-a: { image: app:1, network_mode: "service:a" }
`;
  const { stack } = await memoryStack(compose(from));
  await stack.up();
  await stack.write(compose(to));
  const { plan } = await stack.plan('up');
  const services = plan.steps.filter(({ action }) => action === 'recreate-container').map(({ service }) => service);
  expect(services).toEqual(recreated);
});

test('with a service asked for, only it and what it needs are planned; without dependencies, only it', async () => {
  const { stack } = await memoryStack(chain.replace('  db:', '  other: { image: app:1 }\n  db:'));
  const created = async (options: object): Promise<(string | undefined)[]> =>
    (await stack.plan('up', options)).plan.steps.filter(({ action }) => action === 'create-container').map(({ service }) => service);
  expect(await created({ services: ['job'] })).toEqual(['db', 'job']);
  expect(await created({ services: ['job'], noDependencies: true })).toEqual(['job']);
  await expect(stack.plan('up', { services: ['wbe'] })).rejects.toMatchObject({ problem: { code: 'project.invalid', message: 'There is no service wbe.' } });
});

test('forced recreation touches what was asked for only; forbidden recreation touches nothing', async () => {
  const { stack } = await memoryStack('services: { a: { image: app:1, depends_on: [b] }, b: { image: app:1 } }');
  await stack.up();
  const recreated = async (options: object): Promise<(string | undefined)[]> =>
    (await stack.plan('up', options)).plan.steps.filter(({ action }) => action === 'recreate-container').map(({ service }) => service);
  expect(await recreated({ forceRecreate: true })).toEqual(['b', 'a']);
  expect(await recreated({ forceRecreate: true, services: ['a'] })).toEqual(['a']);
  await stack.write('services: { a: { image: app:1, depends_on: [b], user: "1" }, b: { image: app:1 } }');
  expect(await recreated({})).toEqual(['a']);
  expect(await recreated({ noRecreate: true })).toEqual([]);
});

test('dependents that ask to be restarted are stopped before their dependency is replaced and started after it', async () => {
  const compose = (label: string): string => `
services:
  web: { image: app:1, depends_on: { db: { condition: service_started, restart: true } } }
  db: { image: app:1, labels: [x=${label}] }
`;
  const { stack } = await memoryStack(compose('1'));
  await stack.up();
  await stack.write(compose('2'));
  const { plan } = await stack.plan('up');
  expect(plan.steps.map(({ id, after }) => [id, after])).toEqual([
    ['stop-container:app-web-1', []],
    ['recreate-container:app-db-1', ['stop-container:app-web-1']],
    ['start-container:app-db-1', ['recreate-container:app-db-1']],
    ['start-container:app-web-1', ['stop-container:app-web-1', 'start-container:app-db-1']],
  ]);
});

test('containers of services that are gone are told, and removed when asked; those of disabled services are neither', async () => {
  const { stack, states } = await memoryStack('services: { a: { image: app:1 }, b: { image: app:1 }, c: { image: app:1 } }');
  await stack.up();
  await stack.write('services: { a: { image: app:1 }, c: { image: app:1, profiles: [extra] } }');
  const { plan } = await stack.plan('up');
  expect(plan.steps).toEqual([]);
  expect(plan.warnings).toEqual(['Containers of services that the project no longer has are left alone: app-b-1.']);
  await stack.up({ removeOrphans: true });
  expect(states()).toEqual(['app-a-1 running', 'app-c-1 running']);
});

interface Refusal {
  readonly what: string;
  readonly compose: string;
  readonly options?: object;
  readonly code: string;
}

const refusals: readonly Refusal[] = [
  { what: 'an external network that does not exist', compose: 'services: { a: { image: app:1, networks: [x] } }\nnetworks: { x: { external: true } }', code: 'network.not-found' },
  { what: 'an external volume that does not exist', compose: 'services: { a: { image: app:1, volumes: ["ext:/x"] } }\nvolumes: { ext: { external: true } }', code: 'volume.not-found' },
  { what: 'several containers of one fixed name', compose: 'services: { a: { image: app:1, container_name: one } }', options: { scale: { a: 2 } }, code: 'project.invalid' },
  { what: 'an image that may not be pulled', compose: 'services: { a: { image: app:1, pull_policy: never } }', code: 'image.not-found' },
  { what: 'a provider', compose: 'services: { a: { provider: { type: model } } }', code: 'plan.unsupported' },
];

test.each(refusals)('refuses $what before anything is touched', async ({ compose, options, code }) => {
  const { stack, world } = await memoryStack(compose);
  await expect(stack.plan('up', options)).rejects.toMatchObject({ problem: { code } });
  expect(world.containers.size).toBe(0);
});

test('a network of that name from another hand is used with a warning, one of another role refused', async () => {
  const { stack } = await memoryStack('services: { a: { image: app:1 } }');
  const id = await stack.engine.networks.create({ name: 'app_default' });
  expect((await stack.plan('up')).plan.warnings[0]).toMatch(/Network app_default exists already and was not made for this project/);
  await stack.engine.networks.remove(id);
  const labels = { 'com.docker.compose.project': 'app', 'com.docker.compose.network': 'other' };
  await stack.engine.networks.create({ name: 'app_default', labels });
  await expect(stack.plan('up')).rejects.toMatchObject({ problem: { code: 'network.conflict' } });
});

test('a volume whose configuration changed keeps its data unless told otherwise', async () => {
  const compose = (size: string): string => `
services: { a: { image: app:1, volumes: ["data:/data"] } }
volumes: { data: { driver_opts: { size: "${size}" } } }
`;
  const { stack } = await memoryStack(compose('1'));
  await stack.up();
  await stack.write(compose('2'));
  const kept = await stack.plan('up');
  expect(kept.plan.steps).toEqual([]);
  expect(kept.plan.warnings[0]).toMatch(/Volume app_data no longer matches its configuration; it is kept/);
  const renewed = await stack.up({ recreateVolumes: true });
  expect(renewed.plan.steps.filter(({ destructive }) => destructive).map(({ id }) => id)).toEqual(['remove-volume:app_data']);
  expect((await stack.engine.volumes.inspect('app_data')).driverOptions).toEqual({ size: '2' });
  expect((await stack.status()).state).toBe('running');
});

test('published ports go to the loopback address unless the file says where; switching that off recreates', async () => {
  const { stack, container } = await memoryStack('services: { a: { image: app:1, ports: ["8080:80", "0.0.0.0:8081:81"] } }');
  await stack.up();
  const bindings = (): unknown => container('app-a-1')?.spec.HostConfig?.PortBindings;
  expect(bindings()).toEqual({ '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '81/tcp': [{ HostIp: '0.0.0.0', HostPort: '8081' }] });
  await stack.up({ publishOnLoopback: false });
  expect(bindings()).toMatchObject({ '80/tcp': [{ HostIp: '', HostPort: '8080' }] });
  const adopted = await stack.plan('up');
  expect(adopted.plan.steps).toEqual([]);
  expect(adopted.plan.warnings[0]).toMatch(/ports of a are reachable from other machines/);
});

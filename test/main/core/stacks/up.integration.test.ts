import { expect, test } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { busybox as image, realStack } from './real-stack.ts';
import { pageAt } from '../../../support/page-at.ts';

const forever = `["sh", "-c", "trap exit TERM; while :; do sleep 1 & wait $$!; done"]`;

const chain = `
services:
  db:
    image: ${image}
    command: ["sh", "-c", "sleep 1; touch /tmp/ready; trap exit TERM; while :; do sleep 1 & wait $$!; done"]
    volumes: [data:/data]
    healthcheck: { test: "test -e /tmp/ready || { echo not there yet; false; }", interval: 300ms, retries: 20 }
  migrate:
    image: ${image}
    command: ["sh", "-c", "echo table made > /data/table"]
    volumes: [data:/data]
    depends_on: { db: { condition: service_healthy } }
  web:
    image: ${image}
    command: ["sh", "-c", "cat /data/table; exec httpd -f -p 80 -h /data"]
    volumes: [data:/data]
    ports: ["127.0.0.1::80"]
    networks: [default, back]
    depends_on: { migrate: { condition: service_completed_successfully } }
volumes: { data: {} }
networks: { back: {} }
`;

test('up starts a chain in order, says why it waits, and a second up finds nothing to do; down leaves nothing', async () => {
  const stack = await realStack(chain);
  await stack.up();
  expect((await stack.status()).services.map(({ name, state }) => [name, state])).toEqual([
    ['db', 'healthy'],
    ['migrate', 'completed'],
    ['web', 'running'],
  ]);
  expect((await stack.status()).state).toBe('running');
  expect(stack.waits().join('\n')).toMatch(/db is starting: probe 1 said: not there yet/);
  const [web] = await stack.containersOf('web');
  const port = web?.ports.find(({ containerPort }) => containerPort === 80)?.hostPort ?? 0;
  expect(await pageAt(`http://127.0.0.1:${port}/table`)).toBe('table made');
  expect(Object.keys(web?.networks ?? {}).sort()).toEqual([`${stack.projectName}_back`, `${stack.projectName}_default`]);

  const again = await stack.up();
  expect(again.plan.steps).toEqual([]);

  await stack.run('stop', { stopTimeoutSeconds: 2 });
  expect((await stack.status()).state).toBe('stopped');
  await stack.run('start', { wait: true });
  expect((await stack.status()).state).toBe('running');

  await stack.down();
  const { containers, networks, volumes } = await stack.observe();
  expect(containers).toEqual([]);
  expect(networks.filter(({ name }) => name.startsWith(stack.projectName))).toEqual([]);
  expect(volumes.filter(({ name }) => name.startsWith(stack.projectName))).toEqual([]);
});

test('a dependency that fails ends the wait with its last log lines, and the next up goes on from there', async () => {
  const compose = (migrate: string): string => `
services:
  db: { image: ${image}, command: ${forever} }
  migrate: { image: ${image}, command: ["sh", "-c", "${migrate}"], depends_on: [db] }
  web: { image: ${image}, command: ${forever}, depends_on: { migrate: { condition: service_completed_successfully } } }
`;
  const stack = await realStack(compose('echo no such column; exit 3'));
  const failure = await stack.up().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Fault);
  expect((failure as Fault).problem).toMatchObject({ code: 'service.exited', data: { service: 'migrate', exitCode: 3 }, detail: 'no such column' });
  expect(stack.log().at(-1)).toBe('Running: db. Not running: migrate, web.');
  const [db] = await stack.containersOf('db');
  await stack.write(compose('exit 0'));
  await stack.up();
  expect((await stack.status()).state).toBe('running');
  expect((await stack.containersOf('db'))[0]?.id).toBe(db?.id);
});

test('a dependency whose check would first be looked at much later is found healthy at once', async () => {
  const stack = await realStack(`
services:
  db: { image: ${image}, command: ${forever}, healthcheck: { test: "test -e /bin/sh", interval: 60s } }
  odd: { image: ${image}, command: ${forever}, healthcheck: { test: [CMD, no-such-program], interval: 300ms, retries: 1 } }
  web: { image: ${image}, command: ${forever}, depends_on: { db: { condition: service_healthy } } }
  other: { image: ${image}, command: ${forever}, depends_on: { odd: { condition: service_healthy, required: false } } }
`);
  await stack.up({ probeEarly: true, wait: false, waitTimeoutMs: 30_000 });
  const [db] = await stack.containersOf('db');
  expect(db).toMatchObject({ state: 'running', health: 'starting' });
  expect(await stack.containersOf('web')).toMatchObject([{ state: 'running' }]);
  expect(stack.log()).toEqual([expect.stringMatching(/^Going on without odd: odd is unhealthy/)]);
});

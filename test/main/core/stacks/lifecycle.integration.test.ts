import { expect, onTestFinished, test } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { findPortConflicts } from '../../../../src/main/core/ports/conflicts.ts';
import { systemHostPorts } from '../../../../src/main/core/ports/host/system-host-ports.ts';
import { wantedPorts } from '../../../../src/main/core/ports/wanted-port.ts';
import { freePort } from '../../../support/free-port.ts';
import { importBusybox } from '../../../support/images.ts';
import { startDockerd } from '../../../support/private-dockerd.ts';
import { tempDir } from '../../../support/temp.ts';
import { connectDockerode } from '../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import { silentLogger } from '../../../../src/main/core/base/logger.ts';
import { busybox, realStack } from './real-stack.ts';
import { StackUnderTest } from './stack-under-test.ts';

const loop = `["sh", "-c", "trap exit TERM; while :; do sleep 1 & wait $$!; done"]`;

test('a recreated container keeps its anonymous volumes and their data', async () => {
  const compose = (label: string): string => `
services:
  a:
    image: ${busybox}
    labels: [x=${label}]
    command: ["sh", "-c", "date >> /kept/starts; trap exit TERM; while :; do sleep 1 & wait $$!; done"]
    volumes: [/kept]
    stop_grace_period: 2s
`;
  const stack = await realStack(compose('1'));
  await stack.up();
  const volume = (await stack.containersOf('a'))[0]?.mounts[0]?.name;
  await stack.write(compose('2'));
  await stack.up();
  const [container] = await stack.containersOf('a');
  expect(container?.name).toBe(`${stack.projectName}-a-1`);
  expect(container?.mounts[0]?.name).toBe(volume);
  const lines = async (): Promise<number> =>
    (await stack.engine.containers.exec(container?.id ?? '', { command: ['cat', '/kept/starts'] })).stdout.trim().split('\n').length;
  await expect.poll(lines).toBe(2);
});

test('an up that is cancelled while it stops the old container puts it back, running', async () => {
  const compose = (label: string): string => `
services:
  a: { image: ${busybox}, labels: [x=${label}], command: ["sh", "-c", "trap 'sleep 1; exit' TERM; while :; do sleep 0.1; done"] }
`;
  const stack = await realStack(compose('1'));
  await stack.up();
  const [old] = await stack.containersOf('a');
  await stack.write(compose('2'));
  const cancel = new AbortController();
  stack.onEvent = (event) => {
    if (event.type === 'step' && event.step.id.startsWith('recreate') && event.step.state === 'running') setTimeout(() => cancel.abort(), 500);
  };
  await expect(stack.up({ signal: cancel.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect((await stack.observe()).containers.map(({ id, state }) => [id, state])).toEqual([[old?.id, 'running']]);
});

test('an up that is cancelled while it waits can be resumed, and nothing half made stays', async () => {
  const stack = await realStack(`
services:
  db:
    image: ${busybox}
    command: ${loop}
    healthcheck: { test: "test -e /tmp/ready", interval: 200ms, retries: 1000, start_period: 100s }
  web: { image: ${busybox}, command: ${loop}, depends_on: { db: { condition: service_healthy } } }
`);
  const cancel = new AbortController();
  stack.onEvent = (event) => {
    if (event.type === 'step' && event.step.state === 'waiting') cancel.abort();
  };
  await expect(stack.up({ signal: cancel.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(stack.log().at(-1)).toBe('Running: db. Not running: web.');
  const [db] = await stack.containersOf('db');
  await stack.engine.containers.exec(db?.id ?? '', { command: ['touch', '/tmp/ready'] });
  await stack.up();
  expect((await stack.status()).state).toBe('running');
  expect((await stack.containersOf('db'))[0]?.id).toBe(db?.id);
  expect((await stack.observe()).containers).toHaveLength(2);
});

test('two stacks of one file live side by side once the second has other ports', async () => {
  const port = await freePort();
  const compose = (hostPort: number): string => `services: { a: { image: ${busybox}, command: ${loop}, ports: ["${hostPort}:80"] } }`;
  const [first, second] = [await realStack(compose(port)), await realStack(compose(port))];
  await first.up();
  const { project } = await second.load();
  const conflicts = await findPortConflicts({
    projectName: second.projectName,
    wanted: wantedPorts(project),
    containers: await second.engine.containers.list(),
    host: systemHostPorts(),
  });
  expect(conflicts).toMatchObject([{ service: 'a', hostPort: port, holder: { kind: 'service', name: first.projectName, service: 'a' } }]);
  const failure: unknown = await second.up().then(() => undefined, (error: unknown) => error);
  expect((failure as Fault).problem).toMatchObject({ code: 'port.conflict', data: { service: 'a' } });
  await second.write(compose(conflicts[0]?.suggestion ?? 0));
  await second.up();
  expect([(await first.status()).state, (await second.status()).state]).toEqual(['running', 'running']);
});

test('an engine that dies in the middle of a start is a Problem; when it is back, the next up finishes', { timeout: 240_000 }, async () => {
  const dockerd = await startDockerd({ name: 'mortal' });
  onTestFinished(() => dockerd.stop());
  await importBusybox(dockerd.socket, busybox);
  const connectTo = () => connectDockerode({ address: dockerd.host, origin: 'test' }, { logger: silentLogger });
  const engine = await connectTo();
  onTestFinished(() => engine.close());
  const stack = new StackUnderTest(engine, await tempDir('mortal'), 'mortal');
  await stack.write(`
services:
  db: { image: ${busybox}, command: ${loop}, healthcheck: { test: "test -e /tmp/ready", interval: 300ms, retries: 1000 } }
  web: { image: ${busybox}, command: ${loop}, depends_on: { db: { condition: service_healthy } } }
`);
  let killed: Promise<void> | undefined;
  stack.onEvent = (event) => {
    if (event.type === 'step' && event.step.state === 'waiting') killed ??= dockerd.kill();
  };
  const failure: unknown = await stack.up().then(() => undefined, (error: unknown) => error);
  expect(failure).toBeInstanceOf(Fault);
  expect((failure as Fault).problem.code).toMatch(/^engine\.(lost|unreachable)$/);
  await killed;
  await dockerd.start();
  stack.onEvent = (event) => {
    if (event.type === 'step' && event.step.state === 'waiting') void ready();
  };
  const ready = async (): Promise<void> => {
    const [db] = await stack.containersOf('db');
    await engine.containers.exec(db?.id ?? '', { command: ['touch', '/tmp/ready'] }).catch(() => undefined);
  };
  await stack.up();
  expect((await stack.status()).state).toBe('running');
});

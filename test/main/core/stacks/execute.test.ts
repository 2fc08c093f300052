import { expect, test } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { planStack } from '../../../../src/main/core/stacks/plan-stack.ts';
import { memoryStack } from './memory-stack.ts';

async function problemOf(work: Promise<unknown>): Promise<Fault['problem']> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Fault)) throw new Error('It did not fail as expected.', { cause: error });
  return error.problem;
}

test('an image that cannot be pulled leaves everything as it was', async () => {
  const { stack, world } = await memoryStack('services: { a: { image: app:1 }, b: { image: absent:1 } }');
  expect(await problemOf(stack.up())).toMatchObject({ code: 'image.not-found' });
  expect([world.containers.size, world.networks.size, world.volumes.size]).toEqual([0, 0, 0]);
  const last = new Map(stack.events.flatMap((event) => (event.type === 'step' ? [[event.step.id, event.step.state] as const] : [])));
  expect(last.get('pull-image:absent:1')).toBe('failed');
  expect(last.get('create-network:app_default')).toBe('skipped');
});

test('pulls side by side report their bytes and one sum, in which a shared layer counts once', async () => {
  const { stack, world } = await memoryStack('services: { a: { image: big:1 }, b: { image: big:2 } }');
  world.registry.publish('big:1', { layers: [1000, 3000] });
  world.registry.publish('big:2', { layers: [1000, 5000] });
  await stack.up();
  const amounts = stack.events.flatMap((event) => (event.type === 'step' && event.step.id === 'pull-images' && event.step.amount ? [event.step.amount] : []));
  expect(amounts.at(-1)).toEqual({ current: 9000, total: 9000, unit: 'bytes' });
  const parts = stack.events.flatMap((event) => (event.type === 'step' && event.step.parent === 'pull-images' ? [event.step.id] : []));
  expect(new Set(parts)).toEqual(new Set(['pull-image:big:1', 'pull-image:big:2']));
});

test('an image for another machine is refused before anything is made from it', async () => {
  const { stack, world } = await memoryStack('services: { a: { image: foreign:1 } }');
  world.registry.publish('foreign:1', { platform: { os: 'linux', architecture: 'arm64' } });
  expect(await problemOf(stack.up())).toMatchObject({ code: 'image.wrong-platform' });
  expect(world.containers.size).toBe(0);
  expect(await problemOf(stack.up())).toMatchObject({ code: 'image.wrong-platform' });
});

const healthChain = `
services:
  web: { image: app:1, depends_on: { db: { condition: service_healthy } } }
  db: { image: app:1, healthcheck: { test: [CMD, "true"], interval: 5s } }
`;

test('a wait says what the last probe said and when the next one comes', async () => {
  const { stack, world } = await memoryStack(healthChain);
  world.script('app-db-1', { health: [{ status: 'starting', output: 'connection refused' }, { status: 'healthy', afterMs: 100 }] });
  await stack.up();
  expect(stack.waits()).toContainEqual(expect.stringMatching(/^db is starting: probe 1 said: connection refused \(next in 5 s\)$/));
});

test('an unhealthy dependency ends the wait with its words and its last log lines; what runs stays', async () => {
  const { stack, world, states } = await memoryStack(healthChain);
  world.script('app-db-1', { output: ['disk is full'], health: [{ status: 'unhealthy', output: 'no answer' }] });
  expect(await problemOf(stack.up())).toMatchObject({
    code: 'service.unhealthy',
    message: 'db is unhealthy: its last health probe said: no answer.',
    detail: 'disk is full',
    data: { service: 'db' },
  });
  expect(states()).toEqual(['app-db-1 running', 'app-web-1 created']);
  expect(stack.log().at(-1)).toBe('Running: db. Not running: web.');
});

test('a dependency that is not required is waited for, and done without when it fails', async () => {
  const { stack, world, states } = await memoryStack(
    healthChain.replace('condition: service_healthy', 'condition: service_healthy, required: false'),
  );
  world.script('app-db-1', { health: [{ status: 'unhealthy' }] });
  await stack.up({ wait: false });
  expect(states()).toEqual(['app-db-1 running', 'app-web-1 running']);
  expect(stack.log().join()).toMatch(/Going on without db/);
});

test('a wait with a bound ends with what it waited for', async () => {
  const { stack, world } = await memoryStack(healthChain);
  world.script('app-db-1', { health: [{ status: 'starting', output: 'not yet' }] });
  expect(await problemOf(stack.up({ waitTimeoutMs: 50 }))).toMatchObject({ code: 'service.wait-timeout', data: { service: 'db' } });
});

test('cancelling a wait leaves what runs running, removes nothing, and the next up goes on', async () => {
  const { stack, world, states } = await memoryStack(healthChain);
  world.script('app-db-1', { health: [{ status: 'starting' }, { status: 'healthy', afterMs: 300 }] });
  const cancel = new AbortController();
  stack.onEvent = (event) => {
    if (event.type === 'step' && event.step.state === 'waiting') cancel.abort();
  };
  await expect(stack.up({ signal: cancel.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(states()).toEqual(['app-db-1 running', 'app-web-1 created']);
  expect(stack.log().at(-1)).toBe('Running: db. Not running: web.');
  await stack.up();
  expect(states()).toEqual(['app-db-1 running', 'app-web-1 running']);
});

const volumeService = (label: string): string => `
services: { a: { image: with-volume:1, labels: [x=${label}], volumes: [/more] } }
`;

test('a recreated container takes over the anonymous volumes of its image and its own', async () => {
  const { stack, world } = await memoryStack(volumeService('1'));
  await stack.up();
  const names = async (): Promise<Record<string, string>> => {
    const [container] = await stack.containersOf('a');
    return Object.fromEntries((container?.mounts ?? []).map(({ target, name = '' }) => [target, name]));
  };
  const before = await names();
  const id = (await stack.containersOf('a'))[0]?.id;
  await stack.write(volumeService('2'));
  await stack.up();
  expect((await stack.containersOf('a'))[0]?.id).not.toBe(id);
  expect(await names()).toEqual(before);
  expect(Object.keys(before).sort()).toEqual(['/data', '/more']);
  expect(world.volumes.size).toBe(2);
  await stack.up({ forceRecreate: true, renewAnonymousVolumes: true });
  expect((await names())['/data']).not.toBe(before['/data']);
});

test('a recreation that fails puts back the old container, running as before, and leaves no volumes behind', async () => {
  const { stack, world, states, container } = await memoryStack(volumeService('1'));
  await stack.up();
  const old = container('app-a-1')?.id;
  await stack.write(volumeService('2'));
  world.fail('containers.stop', new Fault({ code: 'engine.rejected', message: 'It cannot be stopped.' }));
  expect(await problemOf(stack.up())).toMatchObject({ code: 'engine.rejected' });
  expect(states()).toEqual(['app-a-1 running']);
  expect(container('app-a-1')?.id).toBe(old);
  expect(world.volumes.size).toBe(2);
});

test('a recreation that was killed half way is finished by the next up, whichever half it was', async () => {
  const { stack, world, states, container } = await memoryStack(volumeService('1'));
  await stack.up();
  const volumes = [...world.volumes.keys()].sort();
  const stop = new Fault({ code: 'engine.lost', message: 'The engine is gone.' });

  await stack.write(volumeService('2'));
  world.fail('containers.rename', stop);
  await problemOf(stack.up());
  expect(states()).toEqual([expect.stringMatching(/^[0-9a-f]{12}_app-a-1 created$/)]);
  await stack.up();
  expect(states()).toEqual(['app-a-1 running']);
  expect([...world.volumes.keys()].sort()).toEqual(volumes);

  const old = container('app-a-1')?.id ?? '';
  await stack.write(volumeService('3'));
  world.fail('containers.stop', stop);
  world.fail('containers.remove', stop);
  await problemOf(stack.up());
  expect(new Set(states())).toEqual(new Set([`${old.slice(0, 12)}_app-a-1 created`, 'app-a-1 running']));
  await stack.up();
  expect(states()).toEqual(['app-a-1 running']);
  expect([...world.volumes.keys()].sort()).toEqual(volumes);
});

test('scaling up numbers on, scaling down removes the highest, and what changed goes first', async () => {
  const { stack, states } = await memoryStack('services: { a: { image: app:1 } }');
  await stack.up({ scale: { a: 3 } });
  expect(states()).toEqual(['app-a-1 running', 'app-a-2 running', 'app-a-3 running']);
  await stack.up({ scale: { a: 2 } });
  expect(states()).toEqual(['app-a-1 running', 'app-a-2 running']);
  await stack.up({ scale: { a: 0 } });
  expect(states()).toEqual([]);
});

test('a service is stopped after those that depend on it and removed with the network at the end', async () => {
  const { stack, world, states } = await memoryStack(healthChain);
  await stack.up();
  const from = world.calls.length;
  const stopped: string[] = [];
  stack.onEvent = (event) => {
    if (event.type === 'step' && event.step.id.startsWith('stop-container') && event.step.state === 'done') stopped.push(event.step.title.replace('Stop ', ''));
  };
  await stack.run('down');
  const calls = world.calls.slice(from).filter((call) => /stop|remove/.test(call));
  const kinds = calls.map((call) => call.split(' ')[0]);
  expect(kinds.toSorted()).toEqual(['containers.remove', 'containers.remove', 'containers.stop', 'containers.stop', 'networks.remove']);
  expect(kinds.at(-1)).toBe('networks.remove');
  expect(stopped).toEqual(['app-web-1', 'app-db-1']);
  expect(states()).toEqual([]);
  expect(world.networks.size).toBe(0);
});

test('stop and down reach services whose Compose profile was turned off since', async () => {
  const compose = (more: string): string => `services: { a: { image: app:1 }, extra: { image: app:1, depends_on: [a]${more} } }`;
  const { stack, states } = await memoryStack(compose(''));
  await stack.up();
  await stack.write(compose(', profiles: [off]'));
  await stack.run('stop');
  expect(states()).toEqual(['app-a-1 exited', 'app-extra-1 exited']);
  const { plan } = await stack.run('down');
  expect(plan.steps.map(({ id }) => id)).toEqual(['remove-container:app-extra-1', 'remove-container:app-a-1', 'remove-network:app_default']);
  expect(states()).toEqual([]);
});

test('down keeps volumes unless told, removes them when told, and never one that was made for another project', async () => {
  const { stack, world } = await memoryStack(
    'services: { a: { image: app:1, volumes: ["own:/own", "other:/other"] } }\nvolumes: { own: {}, other: { name: shared } }',
  );
  world.volume('shared', { labels: { 'com.docker.compose.project': 'somebody-else' } });
  await stack.up();
  await stack.run('down');
  expect([...world.volumes.keys()].sort()).toEqual(['app_own', 'shared']);
  const { plan } = await stack.run('down', { removeVolumes: true });
  expect([...world.volumes.keys()]).toEqual(['shared']);
  expect(plan.warnings).toEqual(['Volume shared stays, because it was not made for this project.']);
  expect(plan.steps.map(({ id, destructive }) => [id, destructive])).toEqual([['remove-volume:app_own', true]]);
});

test('a volume that a stranger uses is not removed, and that is a Problem', async () => {
  const { stack, world } = await memoryStack('services: { a: { image: app:1, volumes: ["own:/own"] } }\nvolumes: { own: {} }');
  await stack.up();
  await stack.engine.containers.create({ name: 'stranger', Image: 'app:1', HostConfig: { Binds: ['app_own:/x'] } });
  expect(await problemOf(stack.run('down', { removeVolumes: true }))).toMatchObject({ code: 'volume.in-use' });
  expect(world.volumes.has('app_own')).toBe(true);
});

test('a port that somebody took meanwhile fails the start with the service named; the rest can be resumed', async () => {
  const { stack, world, states } = await memoryStack('services: { a: { image: app:1, ports: ["8080:80"] } }');
  world.occupiedPorts.add('tcp/8080');
  expect(await problemOf(stack.up())).toMatchObject({ code: 'port.conflict', data: { service: 'a' } });
  world.occupiedPorts.clear();
  await stack.up();
  expect(states()).toEqual(['app-a-1 running']);
});

test('a network whose configuration changed is made anew, and its containers with it', async () => {
  const compose = (internal: boolean): string => `
services: { a: { image: app:1, networks: [back] }, b: { image: app:1 } }
networks: { back: { internal: ${internal} } }
`;
  const { stack, container } = await memoryStack(compose(false));
  await stack.up();
  const b = container('app-b-1')?.id;
  await stack.write(compose(true));
  await stack.up();
  expect((await stack.observe()).networks.find(({ name }) => name === 'app_back')?.internal).toBe(true);
  expect((await stack.status()).state).toBe('running');
  expect(container('app-b-1')?.id).toBe(b);
});

test('hooks run inside the container, and a failing one is a Problem with its output', async () => {
  const { stack, world } = await memoryStack(`
services:
  a:
    image: app:1
    post_start: [{ command: [echo, hello from the hook] }]
    pre_stop: [{ command: [sh, -c, "echo not now; exit 4"] }]
`);
  await stack.up();
  expect(stack.log()).toContain('hello from the hook');
  expect(await problemOf(stack.run('stop'))).toMatchObject({ code: 'service.exited', detail: 'not now', data: { service: 'a', exitCode: 4 } });
  expect(world.containers.size).toBe(1);
});

test('secrets and configs that have content are copied in before the start', async () => {
  const { stack, container } = await memoryStack(`
services:
  a: { image: app:1, configs: [{ source: text, target: /etc/app.conf }], secrets: [key] }
configs: { text: { content: "a = 1\\n" } }
secrets: { key: { environment: PATH } }
`);
  await stack.up();
  const read = (path: string): string | undefined => container('app-a-1')?.files.get(path)?.content.toString();
  expect(read('/etc/app.conf')).toBe('a = 1\n');
  expect(read('/run/secrets/key')).toBe('/bin');
});

test('a pulled image that turns out to be the same recreates nothing; a newer one does', async () => {
  const { stack, world, container } = await memoryStack('services: { a: { image: app:1 }, b: { image: app:2, network_mode: "service:a" } }');
  await stack.up();
  const id = container('app-a-1')?.id;
  await stack.up({ pull: 'always' });
  expect(container('app-a-1')?.id).toBe(id);
  world.registry.publish('app:1', { layers: [77] });
  await stack.up({ pull: 'always' });
  expect(container('app-a-1')?.id).not.toBe(id);
  expect(container('app-b-1')?.spec.HostConfig?.NetworkMode).toBe(`container:${container('app-a-1')?.id ?? ''}`);
  expect((await stack.plan('up')).plan.steps).toEqual([]);
});

test('stop, start and restart work from labels alone when the files are gone', async () => {
  const { stack, states } = await memoryStack(healthChain);
  await stack.up();
  const planned = async (intent: 'stop' | 'down' | 'restart'): Promise<string[]> =>
    planStack({ projectName: 'app', observed: await stack.observe(), images: new Map(), intent }).plan.steps.map(({ id }) => id);
  expect(await planned('stop')).toEqual(['stop-container:app-web-1', 'stop-container:app-db-1']);
  expect(await planned('restart')).toEqual([
    'stop-container:app-web-1',
    'stop-container:app-db-1',
    'start-container:app-db-1',
    'start-container:app-web-1',
  ]);
  expect(await planned('down')).toEqual([
    'stop-container:app-web-1',
    'stop-container:app-db-1',
    'remove-container:app-web-1',
    'remove-container:app-db-1',
    'remove-network:app_default',
  ]);
  expect(states()).toHaveLength(2);
});

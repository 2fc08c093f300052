import { expect, test } from 'vitest';
import { memoryStack } from './memory-stack.ts';

const two = 'services: { web: { image: app:1, depends_on: [db] }, db: { image: app:1 } }';

test('what the named services depend on is recreated only when that is asked for', async () => {
  const { stack } = await memoryStack(two);
  await stack.up();
  const recreated = async (options: object): Promise<(string | undefined)[]> =>
    (await stack.plan('up', options)).plan.steps.filter(({ action }) => action === 'recreate-container').map(({ service }) => service);
  expect(await recreated({ services: ['web'], recreateDependencies: true })).toEqual(['db']);
  expect(await recreated({ services: ['web'], recreateDependencies: true, forceRecreate: true })).toEqual(['db', 'web']);
});

test('without starting, everything is made and nothing runs; the next up only starts', async () => {
  const { stack, states } = await memoryStack(two);
  await stack.up({ noStart: true, wait: false });
  expect(states()).toEqual(['app-db-1 created', 'app-web-1 created']);
  expect((await stack.plan('up')).plan.steps.map(({ action }) => action)).toEqual(['start-container', 'start-container']);
});

test('down removes images when told so: the local ones, or all that nothing else uses', async () => {
  const compose = 'services: { own: { build: { context: ., dockerfile_inline: "FROM app:1" } }, named: { image: app:1 }, other: { image: app:2 } }';
  const { stack, world } = await memoryStack(compose);
  await stack.run('pull');
  await stack.up();
  const removed = async (which: 'local' | 'all'): Promise<string[]> =>
    (await stack.plan('down', { removeImages: which })).plan.steps.filter(({ action }) => action === 'remove-image').map(({ subject }) => subject);
  expect(await removed('local')).toEqual(['app-own']);
  expect(await removed('all')).toEqual(['app-own', 'app:1', 'app:2']);
  const held = (await stack.engine.images.inspect('app:2')).id;
  await stack.engine.containers.create({ name: 'stranger', Image: held });
  await stack.run('down', { removeImages: 'all' });
  expect([...world.images.values()].flatMap(({ tags }) => [...tags])).toEqual(['app:2']);
  expect(stack.log()).toContain('Image app:2 stays, because something else uses it.');
});

test('pulling alone pulls each image once, or only what is missing, and touches no container', async () => {
  const { stack, states } = await memoryStack(
    'services: { a: { image: app:1 }, b: { image: app:1 }, c: { image: app:2, pull_policy: never }, d: { build: . } }',
  );
  const pulls = async (options: object): Promise<string[]> => (await stack.plan('pull', options)).plan.steps.map(({ id }) => id);
  expect(await pulls({})).toEqual(['pull-image:app:1']);
  await stack.run('pull');
  expect(await pulls({})).toEqual(['pull-image:app:1']);
  expect(await pulls({ pull: 'missing' })).toEqual([]);
  expect(states()).toEqual([]);
});

test('building alone builds what has a build section, of the services asked for', async () => {
  const { stack, states } = await memoryStack('services: { a: { build: { context: ., dockerfile_inline: "FROM app:1" }, image: mine:1 }, b: { image: app:1 } }');
  await stack.run('pull', { services: ['b'] });
  await stack.run('build');
  expect((await stack.engine.images.inspect('mine:1')).labels).toMatchObject({ 'com.docker.compose.service': 'a' });
  expect((await stack.plan('build', { services: ['b'] })).plan.steps).toEqual([]);
  expect(states()).toEqual([]);
});

test('a pull policy with an interval goes by the last pull where that is known, else by the age of the image', async () => {
  const { stack } = await memoryStack('services: { a: { image: app:1, pull_policy: daily }, b: { image: app:1, pull_policy: every_12h } }');
  await stack.run('pull');
  const made = (await stack.engine.images.inspect('app:1')).createdAt.getTime();
  const hours = (number: number): Date => new Date(made + number * 3_600_000);
  const pulls = async (options: object): Promise<string[]> =>
    (await stack.plan('up', options)).plan.steps.filter(({ action }) => action === 'pull-image').map(({ reason }) => reason);
  expect(await pulls({ now: hours(1) })).toEqual([]);
  expect(await pulls({ now: hours(25) })).toEqual(['pull policy daily']);
  expect(await pulls({ now: hours(25), pulledAt: new Map([['app:1', hours(20)]]) })).toEqual([]);
  expect(await pulls({ now: hours(25), pulledAt: new Map([['app:1', hours(12)]]) })).toEqual(['pull policy every_12h']);
});

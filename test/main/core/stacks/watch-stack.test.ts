import { expect, test } from 'vitest';
import { watchStack } from '../../../../src/main/core/stacks/watch-stack.ts';
import { memoryStack } from './memory-stack.ts';

test('a watched stack is seen at once, after each change soon, and asks nothing while nothing happens', async () => {
  const { stack, world, container } = await memoryStack('services: { a: { image: app:1, healthcheck: { test: [CMD, "true"] } }, b: { image: app:1 } }');
  await stack.up();
  const stop = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const { containers } of watchStack(stack.engine, 'app', { signal: stop.signal })) {
      seen.push(containers.map(({ name, state, health }) => `${name} ${state} ${health}`).join(', '));
    }
  })();
  await expect.poll(() => seen).toEqual(['app-a-1 running healthy, app-b-1 running none']);

  const calls = world.calls.length;
  world.emit('container', 'exec_die', container('app-b-1')?.id ?? '', { 'com.docker.compose.project': 'app' });
  world.emit('container', 'die', 'somebody-else', { 'com.docker.compose.project': 'other' });
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(world.calls.length).toBe(calls);

  const changed = performance.now();
  container('app-b-1')?.exit(1);
  await expect.poll(() => seen.at(-1), { interval: 5 }).toBe('app-a-1 running healthy, app-b-1 exited none');
  expect(performance.now() - changed).toBeLessThan(300);

  container('app-a-1')?.reportHealth('unhealthy', 'gone');
  await expect.poll(() => seen.at(-1)).toBe('app-a-1 running unhealthy, app-b-1 exited none');
  await stack.engine.containers.remove(container('app-b-1')?.id ?? '');
  await expect.poll(() => seen.at(-1)).toBe('app-a-1 running unhealthy');

  stop.abort();
  await watching;
});

test('after the engine came back everything is looked at afresh', async () => {
  const { stack, world, container } = await memoryStack('services: { a: { image: app:1 } }');
  await stack.up();
  const stop = new AbortController();
  const states: (string | undefined)[] = [];
  const watching = (async () => {
    for await (const { containers } of watchStack(stack.engine, 'app', { signal: stop.signal })) states.push(containers[0]?.state);
  })();
  await expect.poll(() => states).toEqual(['running']);
  world.lose();
  const lost = container('app-a-1');
  if (lost) lost.state = 'dead';
  world.regain();
  await expect.poll(() => states.at(-1)).toBe('dead');
  stop.abort();
  await watching;
});

import { expect, test } from 'vitest';
import type { ServiceLogLine } from '../../../../src/shared/models/log.ts';
import { execTarget } from '../../../../src/main/core/stacks/exec-target.ts';
import { serviceLogs, type ServiceLogsRequest } from '../../../../src/main/core/stacks/logs.ts';
import { memoryStack, type MemoryStack } from './memory-stack.ts';

async function twoServices(): Promise<MemoryStack> {
  const made = await memoryStack('services: { a: { image: app:1 }, b: { image: app:1 } }');
  made.world.script('app-a-1', { output: ['a says hello'] });
  made.world.script('app-b-1', { output: ['b says hello'] });
  await made.stack.up();
  return made;
}

async function read({ stack }: MemoryStack, request: ServiceLogsRequest): Promise<string[]> {
  const lines: string[] = [];
  for await (const { service, text } of serviceLogs(stack.engine, 'app', request)) lines.push(`${service}: ${text}`);
  return lines;
}

test('lines of all services come in order of time, or of those asked for, or the last ones', async () => {
  const made = await twoServices();
  await new Promise((resolve) => setTimeout(resolve, 5));
  made.container('app-b-1')?.write('stdout', 'later\n');
  expect((await read(made, {})).at(-1)).toBe('b: later');
  expect((await read(made, {})).toSorted()).toEqual(['a: a says hello', 'b: b says hello', 'b: later']);
  expect(await read(made, { services: ['a'] })).toEqual(['a: a says hello']);
  expect(await read(made, { services: ['b'], tail: 1 })).toEqual(['b: later']);
});

test('following goes on with new lines, restarted containers and new ones, and ends quietly', async () => {
  const made = await twoServices();
  const stop = new AbortController();
  const lines: ServiceLogLine[] = [];
  const following = (async () => {
    for await (const line of serviceLogs(made.stack.engine, 'app', { follow: true, signal: stop.signal })) lines.push(line);
  })();
  const texts = (): string[] => lines.map(({ text }) => text);
  await expect.poll(texts).toContain('a says hello');
  made.container('app-a-1')?.write('stderr', 'something new\n');
  await expect.poll(texts).toContain('something new');
  await new Promise((resolve) => setTimeout(resolve, 5));
  made.container('app-a-1')?.exit(0);
  await made.stack.up();
  await expect.poll(() => texts().filter((text) => text === 'a says hello')).toHaveLength(2);
  made.world.script('app-b-2', { output: ['b2 is here'] });
  await made.stack.up({ scale: { b: 2 } });
  await expect.poll(texts).toContain('b2 is here');
  stop.abort();
  await following;
  expect(texts().filter((text) => text === 'something new')).toHaveLength(1);
});

test('a command goes to the running container with the lowest number, or to the one asked for', async () => {
  const { stack, container } = await memoryStack('services: { a: { image: app:1 } }');
  await stack.up({ scale: { a: 2 } });
  expect(execTarget(await stack.observe(), 'a').name).toBe('app-a-1');
  expect(execTarget(await stack.observe(), 'a', 2).name).toBe('app-a-2');
  container('app-a-1')?.exit(1);
  expect(execTarget(await stack.observe(), 'a').name).toBe('app-a-2');
  const observed = await stack.observe();
  expect(() => execTarget(observed, 'a', 1)).toThrow('Container 1 of service a is not running.');
  expect(() => execTarget(observed, 'nobody')).toThrow('Service nobody does not exist.');
});

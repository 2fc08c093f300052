import { expect, test } from 'vitest';
import { busybox, realStack } from './real-stack.ts';

test('hooks run around a graceful stop with its own signal, and replicas are as many as asked for', async () => {
  const stack = await realStack(`
services:
  a:
    image: ${busybox}
    command: ["sh", "-c", "trap 'echo signalled >> /data/log; exit 0' USR1; while :; do sleep 0.1; done"]
    volumes: [data:/data]
    stop_signal: SIGUSR1
    stop_grace_period: 20s
    post_start: [{ command: ["sh", "-c", "echo started by $$WHO >> /data/log"], environment: { WHO: hook } }]
    pre_stop: [{ command: ["sh", "-c", "echo stopping >> /data/log"] }]
  b: { image: ${busybox}, deploy: { replicas: 2 } }
volumes: { data: {} }
`);
  await stack.up();
  expect((await stack.containersOf('b')).map(({ name }) => name)).toEqual([`${stack.projectName}-b-1`, `${stack.projectName}-b-2`]);
  await stack.run('stop', { services: ['a'] });
  const [stopped] = await stack.containersOf('a');
  expect(stopped).toMatchObject({ state: 'exited', exitCode: 0 });
  await stack.run('start', { services: ['a'], wait: true });
  const { stdout } = await stack.engine.containers.exec(stopped?.id ?? '', { command: ['cat', '/data/log'] });
  expect(stdout.trim().split('\n')).toEqual(['started by hook', 'stopping', 'signalled', 'started by hook']);
});

test('a hook that fails ends the start with what it said', async () => {
  const stack = await realStack(`services: { a: { image: ${busybox}, post_start: [{ command: ["sh", "-c", "echo no table; exit 4"] }] } }`);
  await expect(stack.up()).rejects.toMatchObject({ problem: { code: 'service.exited', detail: 'no table', data: { service: 'a', exitCode: 4 } } });
});

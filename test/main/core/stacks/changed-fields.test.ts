import { expect, test } from 'vitest';
import { memoryStack } from './memory-stack.ts';

async function reasonFor(from: string, to: string): Promise<string | undefined> {
  const compose = (service: string): string => `services: { a: { ${service} } }\nvolumes: { data: {}, other: {} }\nnetworks: { x: {}, y: {} }\n`;
  const { stack } = await memoryStack(compose(from));
  await stack.up();
  await stack.write(compose(to));
  return (await stack.plan('up')).plan.steps.find(({ action }) => action === 'recreate-container')?.reason;
}

test.each([
  { what: 'image', from: 'image: app:1', to: 'image: app:2', reason: 'changed: image app:1 → app:2' },
  { what: 'environment', from: 'image: app:1, environment: { A: "1", B: "1", C: "1" }', to: 'image: app:1, environment: { A: "2", B: "1", D: "1" }', reason: 'changed: environment A, C, D' },
  { what: 'many variables', from: 'image: app:1', to: 'image: app:1, environment: { A: "1", B: "1", C: "1", D: "1", E: "1" }', reason: 'changed: environment (5 entries)' },
  { what: 'label', from: 'image: app:1, labels: [a=1]', to: 'image: app:1, labels: [a=2]', reason: 'changed: label a' },
  { what: 'command and user', from: 'image: app:1', to: 'image: app:1, command: [run], user: "7"', reason: 'changed: command, user' },
  { what: 'entrypoint taken away', from: 'image: app:1, entrypoint: [run]', to: 'image: app:1', reason: 'changed: entrypoint' },
  { what: 'ports', from: 'image: app:1, ports: ["8080:80"]', to: 'image: app:1, ports: ["8081:80"]', reason: 'changed: ports' },
  { what: 'restart', from: 'image: app:1', to: 'image: app:1, restart: always', reason: 'changed: restart' },
  { what: 'limits', from: 'image: app:1, mem_limit: 64m', to: 'image: app:1, mem_limit: 128m, cpus: 2', reason: 'changed: mem_limit, cpus' },
  { what: 'health check', from: 'image: app:1', to: 'image: app:1, healthcheck: { test: [CMD, "true"] }', reason: 'changed: healthcheck' },
  { what: 'volumes', from: 'image: app:1, volumes: ["data:/d"]', to: 'image: app:1, volumes: ["other:/d"]', reason: 'changed: volumes' },
  { what: 'networks', from: 'image: app:1, networks: [x]', to: 'image: app:1, networks: [y]', reason: 'changed: networks' },
  { what: 'what the engine keeps no word of', from: 'image: app:1', to: 'image: app:1, attach: false', reason: 'its configuration changed' },
])('$what: the reason is “$reason”', async ({ from, to, reason }) => {
  expect(await reasonFor(from, to)).toBe(reason);
});

test('values are never told, since they may be secrets', async () => {
  const reason = await reasonFor('image: app:1, environment: { TOKEN: old-secret }', 'image: app:1, environment: { TOKEN: new-secret }');
  expect(reason).toBe('changed: environment TOKEN');
});

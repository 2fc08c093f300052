import { expect, test } from 'vitest';
import type { Fault } from '../../../../src/main/core/base/fault.ts';
import { busybox, realStack } from './real-stack.ts';

test('a service is built from its directory without what is ignored, with arguments, target and live output', async () => {
  const stack = await realStack(
    `
services:
  a:
    build: { context: ./app, target: wanted, args: { WHO: world, PATH: } }
    entrypoint: []
    command: ["sh", "-c", "cat /who; ls -A /src; sleep 100"]
`,
    {
      'app/Dockerfile': `FROM ${busybox} AS wanted\nARG WHO\nCOPY . /src\nRUN echo "hello $WHO" > /who\nFROM wanted\nRUN false\n`,
      'app/.dockerignore': '*\n!kept.txt\n',
      'app/kept.txt': 'kept',
      'app/secret.txt': 'left out',
    },
  );
  await stack.up();
  const reference = `${stack.projectName}-a`;
  expect(stack.log().join('\n')).toMatch(/Step \d+\/\d+ : COPY/);
  const [container] = await stack.containersOf('a');
  const { stdout } = await stack.engine.containers.exec(container?.id ?? '', { command: ['sh', '-c', 'cat /who; ls -A /src'] });
  expect(stdout).toBe('hello world\nkept.txt\n');
  expect((await stack.engine.images.inspect(reference)).labels).toMatchObject({ 'com.docker.compose.service': 'a' });
  expect((await stack.plan('up')).plan.steps).toEqual([]);
  expect((await stack.plan('up', { build: 'always' })).plan.steps[0]).toMatchObject({ action: 'build-image', subject: reference });
  await stack.down();
  await stack.engine.images.remove(reference, { force: true });
});

test('a build that fails is a Problem with the failing step, and leaves the rest untouched', async () => {
  const stack = await realStack('services: { a: { build: { context: ., dockerfile_inline: "FROM ' + busybox + '\\nRUN exit 7" } } }');
  const failure: unknown = await stack.up().then(() => undefined, (error: unknown) => error);
  expect((failure as Fault).problem.detail).toMatch(/exit 7/);
  expect((await stack.observe()).containers).toEqual([]);
});

const refused = [
  { what: 'a directory that is not there', build: '{ context: ./nowhere }', code: 'project.invalid' },
  { what: 'a Dockerfile that is not there', build: '{ context: ., dockerfile: Other }', code: 'project.invalid' },
  { what: 'what needs BuildKit', build: '{ context: ., ssh: [default] }', code: 'plan.unsupported' },
  { what: 'a remote context', build: '{ context: "https://example.test/repo.git" }', code: 'plan.unsupported' },
];

test.each(refused)('$what is a Problem', async ({ build, code }) => {
  const stack = await realStack(`services: { a: { build: ${build} } }`);
  await expect(stack.up()).rejects.toMatchObject({ problem: { code } });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { Fault } from '../../../../src/main/core/base/fault.ts';
import { pushImage, removeImage, scratchTar, tagImage } from '../../../support/images.ts';
import { startRegistry } from '../../../support/registry-server.ts';
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
  expect(stack.log().join('\n')).toMatch(/^#\d+ \[wanted 2\/3\] COPY \. \/src$/m);
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
  { what: 'what needs a builder of its own', build: '{ context: ., privileged: true }', code: 'plan.unsupported' },
  { what: 'an ssh agent that does not run', build: '{ context: ., dockerfile_inline: "FROM scratch", ssh: [default] }', code: 'project.value-missing' },
  { what: 'an inline Dockerfile for a remote context', build: '{ context: "https://example.test/repo.git", dockerfile_inline: "FROM x" }', code: 'plan.unsupported' },
];

test.each(refused)('$what is a Problem', async ({ build, code }) => {
  const stack = await realStack(`services: { a: { build: ${build} } }`);
  await expect(stack.up()).rejects.toMatchObject({ problem: { code } });
});

test('what needs BuildKit while it is turned off is told with its place in the file before anything starts', async () => {
  const stack = await realStack(`services:\n  a: { image: ${busybox} }\n  b:\n    build:\n      context: .\n      secrets: [token]\nsecrets: { token: { environment: PATH } }\n`);
  stack.variables = { DOCKER_BUILDKIT: '0' };
  const failure: unknown = await stack.up().then(() => undefined, (error: unknown) => error);
  expect((failure as Fault).problem).toMatchObject({ code: 'plan.unsupported', location: { file: stack.file, line: 6, path: 'services.b.build.secrets' } });
  expect((await stack.observe()).containers).toEqual([]);
});

test('what has no effect in a build is told', async () => {
  const stack = await realStack('services: { a: { build: { context: ., dockerfile_inline: "FROM scratch", cache_to: ["type=local,dest=x"] } } }');
  expect((await stack.plan('up')).plan.warnings).toEqual([expect.stringMatching(/cache_to under build of a has no effect/)]);
});

test('a context that the engine fetches itself is built from its address', async () => {
  const tar = await scratchTar({ Dockerfile: `FROM ${busybox}\nCOPY word /word\n`, word: 'fetched' });
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/x-tar').end(tar));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const stack = await realStack(`services: { a: { build: "http://127.0.0.1:${(server.address() as AddressInfo).port}/context.tar" } }`);
  await stack.up();
  const [container] = await stack.containersOf('a');
  expect((await stack.engine.containers.exec(container?.id ?? '', { command: ['cat', '/word'] })).stdout).toBe('fetched');
  await stack.down({ removeImages: 'local' });
});

test('limits, hosts, more tags, labels and the proxies of the Docker configuration reach the build; a proxy also the container', async () => {
  const tag = `slipway-test/tagged-${process.pid}:1`;
  const stack = await realStack(
    `
services:
  a:
    build:
      context: .
      dockerfile_inline: |
        FROM ${busybox}
        RUN ulimit -n > /limits; grep example.test /etc/hosts > /hosts; echo $$HTTP_PROXY > /proxy
      ulimits: { nofile: 300 }
      extra_hosts: ["example.test=10.1.2.3"]
      tags: [${tag}]
      labels: { made: here }
      network: none
`,
  );
  const load = stack.load.bind(stack);
  stack.load = async () => ({ ...(await load()), proxies: { HTTP_PROXY: 'http://proxy.test:3128' } });
  await stack.up();
  const [container] = await stack.containersOf('a');
  const { stdout } = await stack.engine.containers.exec(container?.id ?? '', { command: ['sh', '-c', 'cat /limits /hosts /proxy; echo $HTTP_PROXY'] });
  expect(container?.config.Env).toContain('HTTP_PROXY=http://proxy.test:3128');
  expect(stdout.replaceAll(/\s+/g, ' ')).toBe('300 10.1.2.3 example.test http://proxy.test:3128 http://proxy.test:3128 ');
  expect((await stack.engine.images.inspect(tag)).labels).toMatchObject({ made: 'here' });
  await stack.engine.images.remove(tag, { force: true });
  await stack.down({ removeImages: 'local' });
});

test('a base image in a private registry is fetched with its login, and without one the build says what is missing', async () => {
  const registry = await startRegistry({ htpasswd: { ada: 'secret' } });
  onTestFinished(() => registry.stop());
  const base = `${registry.address}/private/base:1`;
  const stack = await realStack(`services: { a: { build: { context: ., dockerfile_inline: "FROM ${base}\\nRUN echo private > /word" } } }`);
  await tagImage(inject('engineSocket'), busybox, base);
  await pushImage(inject('engineSocket'), base, { username: 'ada', password: 'secret' });
  await removeImage(inject('engineSocket'), base);
  await expect(stack.up()).rejects.toThrow();
  stack.findLogin = (reference) => Promise.resolve(reference === base ? { serverAddress: registry.address, username: 'ada', password: 'secret' } : undefined);
  await stack.up();
  expect((await stack.status()).state).toBe('running');
  await stack.down({ removeImages: 'local' });
});

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Fault, isAbort } from '../../../../src/main/core/base/fault.ts';
import { freePort } from '../../../support/free-port.ts';
import { run } from '../../../support/run.ts';
import { tempDir } from '../../../support/temp.ts';
import { busybox, realStack } from './real-stack.ts';
import type { StackUnderTest } from './stack-under-test.ts';

/** Makes a layer anew in each run of the tests, whatever the engine has cached. */
const unique = randomBytes(4).toString('hex');

/** Runs a command in the only container of service a. */
async function inside(stack: StackUnderTest, command: string): Promise<string> {
  const [container] = await stack.containersOf('a');
  return (await stack.engine.containers.exec(container?.id ?? '', { command: ['sh', '-c', command] })).stdout;
}

/** Copies a program of this machine with the libraries that it loads, for an image that has none. */
async function copyProgram(name: string, root: string): Promise<void> {
  const program = (await run('which', [name])).trim();
  const libraries = [...(await run('ldd', [program])).matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
  await run('mkdir', ['-p', path.join(root, 'bin')]);
  await run('cp', ['-L', program, path.join(root, 'bin')]);
  for (const library of libraries) {
    await run('mkdir', ['-p', path.join(root, path.dirname(library))]);
    await run('cp', ['-L', library, path.join(root, library)]);
  }
}

test('secrets from a file and a variable are there for their step and in no layer', async () => {
  const stack = await realStack(
    `
services:
  a:
    build:
      context: .
      secrets: [token, { source: word, target: other }]
secrets: { token: { file: ./token.txt }, word: { environment: WORD } }
`,
    {
      'token.txt': 'from a file',
      Dockerfile: `FROM ${busybox}\nRUN --mount=type=secret,id=token --mount=type=secret,id=other cat /run/secrets/token /run/secrets/other | tr a-z A-Z > /seen-${unique}\n`,
    },
  );
  stack.variables = { WORD: ' and a variable' };
  await stack.up();
  expect(await inside(stack, `cat /seen-${unique}; ls -A /run/secrets 2>&1`)).toMatch(/^FROM A FILE AND A VARIABLE(?!.*token)/s);
  expect(stack.log().join('\n')).not.toContain('from a file');
  await stack.down({ removeImages: 'local' });
});

test('the files of a context arrive as they are: modes, links, exceptions to what is ignored, and large ones', async () => {
  const large = randomBytes(1_500_000).toString('hex');
  const stack = await realStack('services: { a: { build: { context: ./app, dockerfile: ../outside.Dockerfile } } }', {
    'outside.Dockerfile': `FROM ${busybox}\nCOPY . /all/\nCOPY link /by-link\n`,
    'app/.dockerignore': 'left\n!left/kept/deep.txt\n*.tmp\n',
    'app/left/gone.txt': 'gone',
    'app/left/kept/deep.txt': 'deep',
    'app/left/kept/other.txt': 'other',
    'app/a.tmp': 'temporary',
    'app/run.sh': '#!/bin/sh\n',
    'app/dir/real.txt': 'through a link',
    'app/dir.txt': 'sorts between',
    'app/größe ü.txt': 'any name',
    'app/large.bin': large,
  });
  await chmod(path.join(stack.directory, 'app/run.sh'), 0o4755);
  await symlink('dir/real.txt', path.join(stack.directory, 'app/link'));
  await stack.up();
  const found = await inside(stack, 'cd /all; find . | sort; stat -c %a run.sh; readlink link; cat /by-link; wc -c < large.bin');
  expect(found.split('\n')).toEqual([
    ...['.', './.dockerignore', './dir', './dir.txt', './dir/real.txt', './größe ü.txt', './large.bin', './left', './left/kept'],
    ...['./left/kept/deep.txt', './link', './run.sh', '4755', 'dir/real.txt', `through a link${large.length}`, ''],
  ]);
  await stack.down({ removeImages: 'local' });
});

test('only what changed is built again, and cached steps say so', async () => {
  const stack = await realStack('services: { a: { build: . } }', {
    Dockerfile: `FROM ${busybox}\nRUN echo ${unique}\nCOPY word /word\n`,
    word: 'one',
  });
  await stack.up();
  await stack.up({ build: 'always' });
  expect(stack.log().filter((line) => / CACHED$/.test(line)).length).toBeGreaterThanOrEqual(2);
  // Of the same size, and in the same second.
  await stack.write('services: { a: { build: . } }', { word: 'two' });
  await stack.up({ build: 'always' });
  expect(await inside(stack, 'cat /word')).toBe('two');
  await stack.down({ removeImages: 'local' });
});

test('a failing step is told with its last lines and its place in the Dockerfile', async () => {
  const stack = await realStack('services: { a: { build: . } }', {
    Dockerfile: `FROM ${busybox}\n# why\nRUN echo first \\\n  && echo "the last words" \\\n  && exit 7\n`,
  });
  const failure: unknown = await stack.up().then(() => undefined, (error: unknown) => error);
  const { problem } = failure as Fault;
  expect(problem).toMatchObject({ code: 'engine.rejected', location: { file: path.join(stack.directory, 'Dockerfile'), line: 3 } });
  expect(problem.message).toContain('exit code: 7');
  expect(problem.detail).toMatch(/In: \[2\/2\] RUN echo first.*the last words/s);
  expect((await stack.observe()).containers).toEqual([]);
});

test('a base image that is nowhere is told as such', async () => {
  const stack = await realStack('services: { a: { build: { context: ., dockerfile_inline: "FROM 127.0.0.1:1/none:1" } } }');
  const failure: unknown = await stack.up().then(() => undefined, (error: unknown) => error);
  expect((failure as Fault).problem.code).toMatch(/^(?:registry|image)\./);
});

test('further contexts are a directory, an image and another service, which is built first', async () => {
  const stack = await realStack(
    `
services:
  a:
    build:
      context: ./app
      additional_contexts: { files: ./files, base: "docker-image://${busybox}", made: "service:b" }
  b:
    build: { context: ., dockerfile_inline: "FROM ${busybox}\\nRUN echo made-${unique} > /made" }
    scale: 0
`,
    {
      'app/Dockerfile': 'ARG WHICH=base\nFROM ${WHICH} AS first\nCOPY --from=files . /files\nRUN --mount=from=made,target=/made cat /made/made > /seen\n',
      'files/.dockerignore': 'left\n',
      'files/word': 'from the directory',
      'files/left': 'left out',
    },
  );
  const { plan } = await stack.up({ services: ['a'] });
  expect(plan.steps.flatMap(({ action, service }) => (action === 'build-image' ? [service] : []))).toEqual(['b', 'a']);
  expect(await inside(stack, 'cat /files/word /seen; ls /files')).toBe(`from the directorymade-${unique}\nword\n`);
  const images = await stack.engine.images.list();
  expect(images.flatMap(({ tags }) => tags).filter((tag) => tag.startsWith('slipway-build-context'))).toEqual([]);
  await stack.down({ removeImages: 'local' });
});

test('a repository of git is built from, at a branch and a directory of it', async () => {
  const served = await tempDir('git');
  const work = path.join(served, 'work');
  await run('git', ['init', '-q', '-b', 'main', work]);
  await run('mkdir', [path.join(work, 'app')]);
  await writeFile(path.join(work, 'Dockerfile'), `FROM ${busybox}\nCOPY app/word /from-top\n`);
  await writeFile(path.join(work, 'app/Dockerfile'), `FROM ${busybox}\nCOPY word /word\n`);
  await writeFile(path.join(work, 'app/word'), `from git ${unique}`);
  await run('git', ['-C', work, 'add', '.']);
  await run('git', ['-C', work, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.test', 'commit', '-q', '-m', 'One']);
  await run('git', ['clone', '-q', '--bare', work, path.join(served, 'repo.git')]);
  const port = await freePort();
  const daemon = spawn('git', ['daemon', '--reuseaddr', '--export-all', '--listen=127.0.0.1', `--port=${String(port)}`, `--base-path=${served}`], { stdio: 'ignore', detached: true });
  onTestFinished(() => void process.kill(-(daemon.pid ?? 0)));
  await expect.poll(() => run('git', ['ls-remote', `git://127.0.0.1:${String(port)}/repo.git`]).catch(() => ''), { timeout: 20_000 }).toContain('refs/heads/main');
  const address = `git://127.0.0.1:${String(port)}/repo.git`;
  const stack = await realStack(`services: { top: { build: "${address}#main" }, a: { build: "${address}#main:app" } }`);
  await stack.up();
  expect(await inside(stack, 'cat /word')).toBe(`from git ${unique}`);
  const [top] = await stack.containersOf('top');
  expect((await stack.engine.containers.exec(top?.id ?? '', { command: ['cat', '/from-top'] })).stdout).toBe(`from git ${unique}`);
  await stack.down({ removeImages: 'local' });
});

test('cancelling ends the build on the engine', async () => {
  const stack = await realStack('services: { a: { build: . } }', { Dockerfile: `FROM ${busybox}\nRUN echo begun-${unique}; sleep 300\n` });
  const stop = new AbortController();
  stack.onEvent = (event) => {
    if (event.type === 'log' && event.entry.text.endsWith(` begun-${unique}`)) stop.abort();
  };
  const failure: unknown = await stack.up({ signal: stop.signal }).then(() => undefined, (error: unknown) => error);
  expect(isAbort(failure)).toBe(true);
  await expect.poll(() => run('ps', ['-eo', 'args']), { timeout: 20_000 }).not.toContain(`begun-${unique}; sleep 300`);
  await expect(stack.engine.images.inspect(`${stack.projectName}-a`)).rejects.toMatchObject({ problem: { code: 'image.not-found' } });
});

test('a step talks to the ssh agent of the person, and to one with a key file alone', async () => {
  const directory = await tempDir('ssh');
  const key = path.join(directory, 'key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `own-${unique}`, '-f', key]);
  const socket = path.join(directory, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void agent.kill());
  await new Promise((resolve) => agent.stdout.once('data', resolve));
  await run('ssh-add', [key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  const other = path.join(directory, 'other');
  await run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-C', `file-${unique}`, '-f', other]);
  const stack = await realStack(`services: { a: { build: { context: ., ssh: [default, "file=${other}"] } } }`, {
    Dockerfile: `FROM ${busybox}\nCOPY root /\nRUN --mount=type=ssh ssh-add -l > /default-${unique}\nRUN --mount=type=ssh,id=file ssh-add -l > /file\n`,
  });
  await copyProgram('ssh-add', path.join(stack.directory, 'root'));
  stack.variables = { SSH_AUTH_SOCK: socket };
  await stack.up();
  expect(await inside(stack, `cat /default-${unique}`)).toMatch(new RegExp(`^256 \\S+ own-${unique} \\(ED25519\\)\n$`));
  expect(await inside(stack, 'cat /file')).toMatch(new RegExp(`^256 \\S+ file-${unique} \\(ECDSA\\)\n$`));
  await stack.down({ removeImages: 'local' });
});

test('an ssh key that others can read is refused with what ssh-add says', async () => {
  const stack = await realStack('services: { a: { build: { context: ., dockerfile_inline: "FROM scratch", ssh: ["k=./key"] } } }');
  await writeFile(path.join(stack.directory, 'key'), 'no key\n');
  const failure: unknown = await stack.up().then(() => undefined, (error: unknown) => error);
  expect((failure as Fault).problem).toMatchObject({ code: 'project.invalid', data: { service: 'a' } });
  expect((failure as Fault).problem.message).toContain('ssh key');
});

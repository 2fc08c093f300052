import path from 'node:path';
import { expect, test } from 'vitest';
import { readWatchRules, type WatchRules } from '../../../../../src/main/core/stacks/watch/watch-rules.ts';
import { memoryStack } from '../memory-stack.ts';

async function rules(service: string, files: Readonly<Record<string, string>> = {}): Promise<WatchRules & { readonly directory: string }> {
  const { stack } = await memoryStack('services: {}');
  await stack.write(`services:\n  web:\n    image: app:1\n    ${service}\n  other: { image: app:1 }\n`, files);
  return { ...(await readWatchRules(await stack.load())), directory: stack.directory };
}

const files = { 'src/a.ts': '', 'src/node_modules/x/index.js': '', 'src/.git/HEAD': '', '.dockerignore': '**/*.log\n!keep.log\n' };

test.each([
  { what: 'an ordinary file', file: 'src/a.ts', matches: true },
  { what: 'what the rule ignores', file: 'src/node_modules/x/index.js', matches: false },
  { what: 'what the .dockerignore of the build leaves out', file: 'src/error.log', matches: false },
  { what: 'what it brings back', file: 'keep.log', matches: true, root: '.' },
  { what: 'version control', file: 'src/.git/HEAD', matches: false },
  { what: "an editor's swap file", file: 'src/.a.ts.swp', matches: false },
  { what: "an editor's backup", file: 'src/a.ts~', matches: false },
  { what: 'what lies elsewhere', file: 'srcs/a.ts', matches: false },
])('$what: $file is watched: $matches', async ({ file, matches, root = './src' }) => {
  const { watches, directory } = await rules(`build: .\n    develop: { watch: [{ path: ${root}, action: sync, target: /app, ignore: [node_modules/] }] }`, files);
  expect(watches[0]?.matches(path.join(directory, file))).toBe(matches);
});

test('ignored directories are not looked into, unless something in them may be brought back', async () => {
  const plain = await rules('develop: { watch: [{ path: ./src, action: sync, target: /app, ignore: [node_modules/] }] }', files);
  expect(plain.watches[0]?.skips(path.join(plain.directory, 'src/node_modules'))).toBe(true);
  expect(plain.watches[0]?.skips(path.join(plain.directory, 'src/lib'))).toBe(false);
  const kept = await rules('develop: { watch: [{ path: ./src, action: sync, target: /app, ignore: [node_modules/, "!node_modules/mine"] }] }', files);
  expect(kept.watches[0]?.skips(path.join(kept.directory, 'src/node_modules'))).toBe(false);
  expect(kept.watches[0]?.matches(path.join(kept.directory, 'src/node_modules/mine/x'))).toBe(true);
});

test('with include, only what it names is watched', async () => {
  const { watches, directory } = await rules('develop: { watch: [{ path: ./src, action: sync, target: /app, include: ["**/*.ts"] }] }', files);
  expect(watches[0]?.matches(path.join(directory, 'src/deep/a.ts'))).toBe(true);
  expect(watches[0]?.matches(path.join(directory, 'src/a.css'))).toBe(false);
});

test('what is mounted into the container is not copied into it as well', async () => {
  const { watches, warnings } = await rules('volumes: ["./src:/app"]\n    develop: { watch: [{ path: ./src, action: sync, target: /app }] }', files);
  expect(watches).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/src is not watched for web: it is mounted into the container already/)]);
});

test.each([
  { what: 'a path that is not there', develop: '{ watch: [{ path: ./nowhere, action: sync, target: /app }] }', message: /nowhere, which is to be watched for web, does not exist/, line: 4 },
  { what: 'a rebuild without a build section', develop: '{ watch: [{ path: ., action: rebuild }] }', message: /web has no build section/, line: 4 },
])('$what is a Problem with its place in the file', async ({ develop, message, line }) => {
  await expect(rules(`develop: ${develop}`)).rejects.toMatchObject({
    problem: { code: 'project.invalid', message: expect.stringMatching(message) as unknown, location: { line, path: 'services.web.develop.watch[0].path' } },
  });
});

test('nothing to watch is a Problem that says where rules are', async () => {
  const { stack } = await memoryStack('services: { a: { image: app:1, develop: { watch: [{ path: ., action: restart }] } }, b: { image: app:1 } }');
  const definition = await stack.load();
  await expect(readWatchRules(definition, ['b'])).rejects.toMatchObject({ problem: { message: 'Service b has nothing to watch.', hint: 'Rules are under develop.watch of a.' } });
});

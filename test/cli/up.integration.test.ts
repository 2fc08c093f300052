import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { engineRequest } from '../support/engine-http.ts';
import { importBusybox } from '../support/images.ts';
import { makeTempDir, removeTempDir } from '../support/temp.ts';
import { type Finished, startSlipway } from './support/run-slipway.ts';

const name = `up-${process.pid}`;
const image = `slipway-test/${name}:1`;
let home: string;
let project: string;

const compose = (changes = ''): string => `
name: ${name}
services:
  web: { image: ${image}, depends_on: [db], stop_grace_period: 1s ${changes} }
  db: { image: ${image}, stop_grace_period: 1s }
  own:
    build: { context: ., dockerfile_inline: "FROM ${image}\\nARG GREETING=hello\\nRUN echo $\${GREETING} > /greeting" }
    stop_grace_period: 1s
`;

function slipway(...args: string[]): Promise<Finished> {
  return startSlipway(args, { home, engine: `unix://${inject('engineSocket')}`, cwd: project }).done;
}

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
}

/** Service → its containers' ids with their states, as the engine has them. */
async function containers(): Promise<Record<string, string>> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${name}`] }));
  const listed = JSON.parse(await engineRequest(inject('engineSocket'), 'GET', `/containers/json?all=1&filters=${filters}`)) as Listed[];
  return Object.fromEntries(listed.map(({ Id, Names, State }) => [Names[0]?.slice(name.length + 2) ?? '', `${Id} ${State}`]));
}

const states = async (): Promise<string[]> => Object.entries(await containers()).map(([service, text]) => `${service} ${text.split(' ')[1] ?? ''}`).sort();

beforeAll(async () => {
  home = await makeTempDir('cli-up');
  project = path.join(home, 'project');
  await mkdir(project);
  await writeFile(path.join(project, 'compose.yaml'), compose());
  await importBusybox(inject('engineSocket'), image);
});

afterAll(async () => {
  await slipway('down', '--volumes', '--no-safety-snapshot', '--rmi', 'local');
  await engineRequest(inject('engineSocket'), 'DELETE', `/images/${image}?force=true`);
  await removeTempDir(home);
});

it('builds alone with an argument, and what is missing may be forbidden to be built', async () => {
  expect(await slipway('up', 'own', '--no-build')).toMatchObject({ code: 6, stderr: expect.stringContaining('neither pulled nor built') as unknown });
  expect(await slipway('build', '--build-arg', 'GREETING=moin')).toMatchObject({ code: 0 });
  expect(await states()).toEqual([]);
});

it('makes everything without starting, then starts one service with what it needs', async () => {
  expect(await slipway('up', '--no-start')).toMatchObject({ code: 0 });
  expect(await states()).toEqual(['db-1 created', 'own-1 created', 'web-1 created']);
  expect(await slipway('up', 'web')).toMatchObject({ code: 0 });
  expect(await states()).toEqual(['db-1 running', 'own-1 created', 'web-1 running']);
  expect(await slipway('up', '.', 'own', '--no-wait')).toMatchObject({ code: 0 });
  expect((await slipway('exec', '.', 'own', 'cat', '/greeting')).stdout).toBe('moin\n');
});

it('keeps what changed when told so, and recreates what is named, with dependencies when told so', async () => {
  const before = await containers();
  await writeFile(path.join(project, 'compose.yaml'), compose(', environment: { A: "1" }'));
  expect(await slipway('up', '--no-recreate')).toMatchObject({ code: 0 });
  expect(await containers()).toEqual(before);
  expect(await slipway('up', 'web', '--force-recreate', '--always-recreate-deps', '--timeout', '0', '--renew-anon-volumes')).toMatchObject({ code: 0 });
  const after = await containers();
  expect(Object.keys(before).filter((service) => before[service] !== after[service]).sort()).toEqual(['db-1', 'web-1']);
});

it('scales, stops and starts single services', async () => {
  expect(await slipway('up', '--scale', 'db=2')).toMatchObject({ code: 0 });
  expect(await slipway('stop', 'db', '--timeout', '0')).toMatchObject({ code: 0 });
  expect(await states()).toEqual(['db-1 exited', 'db-2 exited', 'own-1 running', 'web-1 running']);
  expect(await slipway('start', 'db')).toMatchObject({ code: 0 });
  expect(await slipway('restart', 'db', 'own', '--timeout', '0')).toMatchObject({ code: 0 });
  expect(await states()).toEqual(['db-1 running', 'db-2 running', 'own-1 running', 'web-1 running']);
});

it('refuses a service that is not there with the names of those that are, as events with --json', async () => {
  const { code, stdout } = await slipway('up', 'wbe', '--json');
  expect(code).toBe(3);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ error: { code: 'project.invalid', message: 'There is no service wbe.', hint: 'The project has: db, web, own.' } });
});

it('removes one service, then everything with the images that have no name of their own', async () => {
  expect(await slipway('down', 'own', '--timeout', '0')).toMatchObject({ code: 0 });
  expect(await states()).toEqual(['db-1 running', 'db-2 running', 'web-1 running']);
  expect(await slipway('down', '--rmi', 'local', '--timeout', '0')).toMatchObject({ code: 0 });
  expect(await states()).toEqual([]);
  const kept = JSON.parse(await engineRequest(inject('engineSocket'), 'GET', '/images/json')) as { RepoTags: string[] | null }[];
  const tags = kept.flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(tags).toContain(image);
  expect(tags).not.toContain(`${name}-own:latest`);
});

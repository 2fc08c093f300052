import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { importBusybox } from '../support/images.ts';
import { tempDir } from '../support/temp.ts';
import { connect } from '../main/core/stacks/real-stack.ts';
import { StackUnderTest } from '../main/core/stacks/stack-under-test.ts';
import { inspectProject } from './inspected.ts';
import { compose } from './reference-compose.ts';

const casesDirectory = path.join(import.meta.dirname, 'cases');
const cases = (await readdir(casesDirectory)).map((name) => path.basename(name, '.yaml'));
const reference = inject('composeBinary');

/** What cases refer to, in their directory `conf`. */
const conf: Readonly<Record<string, string>> = {
  'a.txt': 'a file\n',
  'a.env': 'A=1\nB="two $A"\nC=\'$A\'\nOWN=not this\nexport D=${A:-x}\n',
  'raw.env': 'RAW="kept $A"\nA=2\n',
  'labels.txt': 'from.file=yes\nfrom.both=file\n',
  'included.yaml': 'services:\n  included:\n    image: slipway-test/parity:1\n    env_file: conf/a.env\n    volumes: ["./conf:/conf", "kept:/kept"]\nvolumes: { kept: {} }\n',
};

beforeAll(async () => {
  await importBusybox(inject('engineSocket'), 'slipway-test/parity:1');
  await importBusybox(inject('engineSocket'), 'slipway-test/parity-with-volume:1', { changes: ['VOLUME /image-volume'] });
});

async function stackOf(name: string): Promise<StackUnderTest> {
  const engine = await connect();
  const stack = new StackUnderTest(engine, await tempDir('parity'), `p${randomBytes(4).toString('hex')}`);
  await cp(path.join(casesDirectory, `${name}.yaml`), stack.file);
  await mkdir(path.join(stack.directory, 'conf'));
  for (const [file, text] of Object.entries(conf)) await writeFile(path.join(stack.directory, 'conf', file), text);
  onTestFinished(async () => {
    await compose(stack.file, stack.projectName, 'down', '--volumes', '--timeout', '0');
    await engine.close();
  });
  return stack;
}

const asCompose = { publishOnLoopback: false } as const;

describe.skipIf(reference === '')('with the same file as the reference', () => {
  test.each(cases)('%s: what we make is, field by field, what Compose makes', async (name) => {
    const stack = await stackOf(name);
    await compose(stack.file, stack.projectName, 'up', '--detach', '--timeout', '0');
    const theirs = await inspectProject(inject('engineSocket'), stack.projectName);
    const adopted = await stack.plan('up', asCompose);
    const changes = adopted.plan.steps.filter(({ action }) => action !== 'start-container');
    expect(changes, 'our plan for what Compose made').toEqual([]);

    await compose(stack.file, stack.projectName, 'down', '--volumes', '--timeout', '0');
    await stack.up(asCompose);
    const ours = await inspectProject(inject('engineSocket'), stack.projectName);
    expect(ours.networks).toEqual(theirs.networks);
    expect(ours.volumes).toEqual(theirs.volumes);
    expect(ours.containers).toEqual(theirs.containers);
    const dryRun = await compose(stack.file, stack.projectName, '--dry-run', 'up', '--detach');
    expect(dryRun, "Compose's plan for what we made").not.toMatch(/Recreate|Create/);
  });

  test('docker compose shows, stops and removes a stack that we started', async () => {
    const stack = await stackOf('plain');
    await stack.up(asCompose);
    const listed = await compose(stack.file, stack.projectName, 'ps', '--all', '--format', '{{.Service}} {{.State}}');
    expect(listed.trim().split('\n').sort()).toEqual(['db running', 'job exited', 'web running']);
    await compose(stack.file, stack.projectName, 'stop', '--timeout', '0');
    expect((await stack.status()).state).toBe('stopped');
    await compose(stack.file, stack.projectName, 'down', '--volumes');
    const { containers, networks, volumes } = await inspectProject(inject('engineSocket'), stack.projectName);
    expect({ ...containers, ...networks, ...volumes }).toEqual({});
  });
});

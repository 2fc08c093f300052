import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentLoader } from '../../../../src/main/core/environments/environment-loader.ts';
import { FileSecretStore } from '../../../../src/main/core/environments/secret-store.ts';
import type { EnvironmentRecord } from '../../../../src/shared/models/environment.ts';

let directory: string;
let secrets: FileSecretStore;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'slipway-loader-'));
  secrets = new FileSecretStore(directory);
  await writeFile(
    path.join(directory, 'compose.yaml'),
    `
services:
  web:
    image: web:\${TAG:?which release}
    ports: ["8080:80"]
    environment: { TOKEN: "\${TOKEN}", COLOR: "\${COLOR:-red}" }
  extra: { image: extra, profiles: [more] }
x-slipway:
  title: Shop
  links: [{ title: Shop, url: "http://localhost:$\${port:web:80}/\${COLOR:-red}" }]
  profiles:
    release:
      env: { TAG: "7", COLOR: blue }
      profiles: [more]
      ask: { TOKEN: { title: Token, secret: true } }
`,
  );
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const record = (change: Partial<EnvironmentRecord> = {}): EnvironmentRecord => ({
  id: 'e',
  name: 'shop',
  directory,
  files: [],
  projectName: 'shop',
  values: {},
  portRemaps: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  ...change,
});
const loader = (environment: Record<string, string> = {}): EnvironmentLoader => new EnvironmentLoader({ environment, secrets });
const faultOf = (code: string, data?: unknown): Error =>
  expect.objectContaining({ problem: expect.objectContaining({ code, ...(data ? { data } : {}) }) as unknown }) as Error;

describe('environment profile', () => {
  it('gives values, Compose profiles and links, even to files that cannot be loaded without', async () => {
    await secrets.write('e', { TOKEN: 's3cret' });
    const loaded = await loader().load(record({ profile: 'release' }), {});
    expect(loaded.definition.project.services['web']).toMatchObject({
      image: 'web:7',
      environment: { TOKEN: 's3cret', COLOR: 'blue' },
    });
    expect(Object.keys(loaded.definition.project.services).sort()).toEqual(['extra', 'web']);
    expect(loaded.links).toEqual([{ title: 'Shop', url: 'http://localhost:${port:web:80}/blue' }]);
  });

  it('is asked for its missing values by name, and still tells what it asks for', async () => {
    await expect(loader().load(record({ profile: 'release' }), {})).rejects.toThrow(
      faultOf('project.value-missing', { variables: ['TOKEN'] }),
    );
    expect(await loader().profileViews(record({ profile: 'release' }), {})).toMatchObject([
      { name: 'release', ask: [{ variable: 'TOKEN', title: 'Token', secret: true }] },
    ]);
  });

  it('yields to what the person gave', async () => {
    const { definition } = await loader({ TOKEN: 't', COLOR: 'green' }).load(
      record({ profile: 'release', values: { COLOR: 'white' } }),
      {},
    );
    expect(definition.project.services['web']?.environment).toMatchObject({ TOKEN: 't', COLOR: 'white' });
  });

  it('that does not exist is refused, with those that do', async () => {
    await expect(loader({ TAG: '1' }).load(record({ profile: 'nightly' }), {})).rejects.toThrow(faultOf('project.invalid'));
  });
});

describe('without a profile', () => {
  it('the first failure is the one that is shown', async () => {
    await expect(loader().load(record(), {})).rejects.toThrow(faultOf('project.invalid'));
  });

  it('remaps move the ports and keep what the files ask for beside them', async () => {
    const remap = { service: 'web', containerPort: 80, protocol: 'tcp', hostPort: 9090 } as const;
    const loaded = await loader({ TAG: '1' }).load(record({ portRemaps: [remap] }), {});
    expect(loaded.definition.project.services['web']?.ports?.[0]?.published).toBe('9090');
    expect(loaded.original.services['web']?.ports?.[0]?.published).toBe('8080');
  });
});

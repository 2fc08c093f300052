import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../../../../src/main/core/create-core.ts';
import type { DiskImage } from '../../../../../src/shared/models/disk.ts';
import { importImage, pushImage, removeImage, scratchTar } from '../../../../support/images.ts';
import { openCore, problemOf, resultOf } from '../../../../support/open-core.ts';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

const random = randomBytes(4).toString('hex');
const name = (what: string): string => `${inject('registryAddress')}/disk-${what}-${random}`;
const wanted = ['plain:1', 'profile:1', 'other:1', 'variable:7', 'locked:1'];
const all = [...wanted, 'unused:1', 'local:1', 'container:1'];
const full = (short: string): string => name(short.split(':')[0] ?? '') + short.slice(short.indexOf(':'));

let home: string;
let core: Core;
let container: string;

beforeAll(async () => {
  home = await makeTempDir('disk');
  const socket = inject('engineSocket');
  const lock: Record<string, string> = {};
  for (const short of all) {
    await importImage(socket, full(short), await scratchTar({ content: randomBytes(50_000) }), { changes: ['CMD ["/none"]'] });
    if (short !== 'local:1') lock[full(short)] = await pushImage(socket, full(short));
  }
  const directory = path.join(home, 'shop');
  await mkdir(directory);
  await writeFile(
    path.join(directory, 'compose.yaml'),
    `
services:
  plain: { image: "${full('plain:1')}" }
  off: { image: "${full('profile:1')}", profiles: [tools] }
  asked: { image: "${name('variable')}:\${VERSION}" }
  chosen: { image: "${name('other')}:\${OTHER:-0}" }
x-slipway:
  profiles:
    named: { env: { OTHER: "1", VERSION: "0" } }
    asking: { ask: { VERSION: {} }, lock: images.lock }
`,
  );
  await writeFile(path.join(directory, 'images.lock'), JSON.stringify({ [`${name('locked')}:2`]: lock[full('locked:1')] }));
  core = openCore({ home, socket });
  await core.library.add({ path: directory, name: 'disk-shop', profile: 'named' });
  const engine = await core.connection.get();
  container = await engine.containers.create({ name: `disk-${random}`, Image: full('container:1') });
});

afterAll(async () => {
  await (await core.connection.get()).containers.remove(container);
  await core.close();
  for (const short of all) await removeImage(inject('engineSocket'), full(short)).catch(() => undefined);
  await removeTempDir(home);
});

async function imageOf(short: string): Promise<DiskImage | undefined> {
  return (await core.disk.report({})).images.find(({ references }) => references.includes(full(short)));
}

describe('disk', () => {
  it('tells who needs an image: any profile, any Compose profile, a lock, a container', async () => {
    for (const short of wanted) expect(await imageOf(short), short).toMatchObject({ environments: ['disk-shop'], unused: false });
    expect(await imageOf('container:1')).toMatchObject({ containers: [`disk-${random}`], unused: false });
    expect(await imageOf('unused:1')).toMatchObject({ environments: [], unused: true, fromRegistry: true });
    expect(await imageOf('local:1')).toMatchObject({ environments: [], unused: true, fromRegistry: false });
  });

  it('counts what removing the unused ones would free', async () => {
    const report = await core.disk.report({});
    expect(report.reclaimableBytes).toBeGreaterThanOrEqual(50_000);
    expect(report.localReclaimableBytes).toBeGreaterThanOrEqual(50_000);
    expect(report.imagesBytes).toBeGreaterThanOrEqual(all.length * 50_000);
  });

  it('removes what nobody needs, whatever it is asked for', async () => {
    const ids = (await Promise.all(all.filter((short) => short !== 'local:1').map(imageOf))).map((image) => image?.id ?? '');
    const unused = await imageOf('unused:1');
    const result = await resultOf(core, core.disk.prune(ids));
    expect(result).toMatchObject({ removed: [unused?.id] });
    expect(Number(result['freedBytes'])).toBeGreaterThanOrEqual(50_000);
    expect(await imageOf('unused:1')).toBeUndefined();
    for (const short of [...wanted, 'local:1', 'container:1']) expect(await imageOf(short), short).toBeDefined();
  });

  it('removes nothing while an environment can’t be read', async () => {
    const directory = path.join(home, 'broken');
    await mkdir(directory);
    await writeFile(path.join(directory, 'compose.yaml'), 'services: [');
    const broken = await core.library.add({ path: directory, name: 'broken' });
    expect(await imageOf('local:1')).toMatchObject({ unused: false });
    const ids = (await core.disk.report({})).images.map(({ id }) => id);
    expect(await problemOf(core, core.disk.prune(ids))).toMatchObject({ code: 'project.invalid', message: expect.stringContaining('broken') as string });
    expect(await imageOf('local:1')).toBeDefined();
    core.library.remove(broken.id);
  });
});

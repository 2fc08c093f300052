import { mkdtemp, rm, stat, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Conf from 'conf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/main/core/base/clock.ts';
import { Library, projectNameOf } from '../../../../src/main/core/environments/library.ts';
import { FileSecretStore } from '../../../../src/main/core/environments/secret-store.ts';
import { StateStore } from '../../../../src/main/core/environments/state-store.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'slipway-library-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const openStore = (): StateStore =>
  new StateStore({ path: path.join(home, 'slipway.json'), open: () => new Conf({ cwd: home, configName: 'slipway' }) });
const openLibrary = (): Library => new Library({ store: openStore(), clock: systemClock });
const faultOf = (code: string): Error =>
  expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown }) as Error;

describe('library', () => {
  it('keeps environments over a restart', async () => {
    const added = await openLibrary().add({ path: home, name: 'Shop' });
    expect(openLibrary().list()).toEqual([added]);
  });

  it('gives two environments of one folder their own names and project names', async () => {
    const library = openLibrary();
    const first = await library.add({ path: home });
    const second = await library.add({ path: home });
    expect(second.name).not.toBe(first.name);
    expect(second.projectName).not.toBe(first.projectName);
  });

  it('refuses a name that is taken, when adding and when renaming', async () => {
    const library = openLibrary();
    await library.add({ path: home, name: 'a' });
    const second = await library.add({ path: home, name: 'b' });
    await expect(library.add({ path: home, name: 'a' })).rejects.toThrow(faultOf('environment.exists'));
    expect(() => library.update(second.id, (record) => ({ ...record, name: 'a' }))).toThrow(faultOf('environment.exists'));
  });

  it('says when a path leads nowhere', async () => {
    await expect(openLibrary().add({ path: path.join(home, 'nowhere') })).rejects.toThrow(faultOf('project.not-found'));
  });

  it('leaves a damaged file untouched and says which one it is', async () => {
    const file = path.join(home, 'slipway.json');
    await writeFile(file, '{ "environments": [ oops');
    expect(() => openLibrary().list()).toThrow(faultOf('storage.damaged'));
    await expect(openLibrary().add({ path: home })).rejects.toThrow(faultOf('storage.damaged'));
    expect(await readFile(file, 'utf8')).toBe('{ "environments": [ oops');
  });

  it.each([
    ['My Shop', 'my-shop'],
    ['--a__B--', 'a__b'],
    ['Ünïcode', 'n-code'],
    ['___', 'environment'],
    ['9lives', '9lives'],
  ])('derives project name of %j as %j', (name, expected) => {
    expect(projectNameOf(name)).toBe(expected);
  });
});

describe('secret store', () => {
  it('keeps secrets in a file that only this user can read, and forgets them', async () => {
    const secrets = new FileSecretStore(home);
    await secrets.write('one', { TOKEN: 't' });
    await secrets.write('two', { TOKEN: 'u' });
    expect((await stat(path.join(home, 'secrets.json'))).mode & 0o777).toBe(0o600);
    await secrets.write('one', {});
    expect(await new FileSecretStore(home).read('one')).toEqual({});
    expect(await new FileSecretStore(home).read('two')).toEqual({ TOKEN: 'u' });
  });
});

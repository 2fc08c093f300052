import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../../src/main/core/base/clock.ts';
import { EnvironmentLoader } from '../../../../src/main/core/environments/environment-loader.ts';
import { Library } from '../../../../src/main/core/environments/library.ts';
import { FileSecretStore } from '../../../../src/main/core/environments/secret-store.ts';
import { StateStore } from '../../../../src/main/core/environments/state-store.ts';
import { Targets } from '../../../../src/main/core/environments/targets.ts';
import type { EnvironmentRecord } from '../../../../src/shared/models/environment.ts';
import { tempDir } from '../../../support/temp.ts';

const compose = 'services: { web: { image: app } }';

interface Fixture {
  readonly directory: string;
  readonly library: Library;
  readonly shop: EnvironmentRecord;
  readonly isNamed: (word: string | undefined, at?: string) => Promise<boolean>;
  /** The name of what a command in the shop's folder is about. */
  readonly resolved: (projectName?: string) => Promise<string>;
}

async function targets(): Promise<Fixture> {
  const directory = await tempDir('targets');
  const file = { store: {} as Record<string, unknown>, onDidAnyChange: () => () => undefined };
  const store = new StateStore({ path: path.join(directory, 'state.json'), open: () => file });
  const library = new Library({ store, clock: systemClock });
  const loader = new EnvironmentLoader({ environment: {}, secrets: new FileSecretStore(directory, undefined) });
  const made = new Targets({ library, loader, clock: systemClock });
  const shop = path.join(directory, 'shop');
  for (const folder of ['shop/web', 'shop/nested', 'empty']) await mkdir(path.join(directory, folder), { recursive: true });
  await writeFile(path.join(shop, 'compose.yaml'), compose);
  await writeFile(path.join(shop, 'nested', 'compose.yaml'), compose);
  await writeFile(path.join(shop, 'other.yaml'), compose);
  const record = await library.add({ path: shop, name: 'my-shop' });
  return {
    directory,
    library,
    shop: record,
    isNamed: (word, at = shop) => made.isNamed(word, { workingDirectory: path.resolve(directory, at) }),
    resolved: async (projectName) => {
      const request = { name: undefined, workingDirectory: shop, files: [], projectName, envFiles: [], composeProfiles: [], environmentProfile: undefined };
      return (await made.resolve(request)).name;
    },
  };
}

test.each([
  { word: 'my-shop', is: true, what: 'a name in the library' },
  { word: '.', is: true, what: 'this folder' },
  { word: './web', is: true, what: 'a path' },
  { word: 'nested', is: true, what: 'a folder with a Compose file of its own' },
  { word: 'other.yaml', is: true, what: 'a file' },
  { word: 'web', is: false, what: 'a folder without a Compose file, as sources of a service often have' },
  { word: 'db', is: false, what: 'anything else' },
])('$word, $what, names an environment: $is', async ({ word, is }) => {
  expect(await (await targets()).isNamed(word)).toBe(is);
});

test('where there is no Compose file, every first word is meant as an environment; no word never', async () => {
  const { isNamed } = await targets();
  expect(await isNamed('db', 'empty')).toBe(true);
  expect(await isNamed(undefined, 'empty')).toBe(false);
});

test('a folder means its own environment, never a copy of it, unless the copy’s project is named', async () => {
  const { library, shop, resolved } = await targets();
  const origin = { environmentId: shop.id, environmentName: shop.name, anonymousVolumes: [] };
  const copy = { ...library.draftClone(shop, { name: 'copy', isTaken: () => false }), cloneOf: origin };
  library.store(copy);
  expect(await resolved()).toBe('my-shop');
  expect(await resolved(copy.projectName)).toBe('copy');
  library.remove(shop.id);
  expect(await resolved()).toBe('shop');
});

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../../src/main/core/base/clock.ts';
import { EnvironmentLoader } from '../../../../src/main/core/environments/environment-loader.ts';
import { Library } from '../../../../src/main/core/environments/library.ts';
import { FileSecretStore } from '../../../../src/main/core/environments/secret-store.ts';
import { StateStore } from '../../../../src/main/core/environments/state-store.ts';
import { Targets } from '../../../../src/main/core/environments/targets.ts';
import { tempDir } from '../../../support/temp.ts';

const compose = 'services: { web: { image: app } }';

async function targets(): Promise<{ readonly directory: string; readonly isNamed: (word: string | undefined, at?: string) => Promise<boolean> }> {
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
  await library.add({ path: shop, name: 'my-shop' });
  return { directory, isNamed: (word, at = shop) => made.isNamed(word, { workingDirectory: path.resolve(directory, at) }) };
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

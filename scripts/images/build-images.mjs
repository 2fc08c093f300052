import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetUpError } from '../lib/report.mjs';
import { bootstrapDebian, copyTree, installFolder, installPackages, runInTree } from './debian-tree.mjs';
import { writeLayer } from './layer.mjs';
import { createLayout } from './oci-layout.mjs';
import { images, suite } from './recipe.mjs';
import { serveRegistry } from './registry.mjs';
import { run } from './run.mjs';

const rootfs = fileURLToPath(new URL('rootfs', import.meta.url));
/** Installations at once: they mostly wait for dpkg, and machines are small. */
const parallel = 2;

/**
 * Makes every image of the recipe and leaves them in `directory/store`, the store of a registry.
 *
 * @param {object} options
 * @param {string} options.directory empty, removed by the caller when this fails
 * @param {string} options.app the sample application's source
 * @param {(text: string) => void} options.log
 * @param {AbortSignal} options.signal
 */
export async function buildImages({ directory, app, log, signal }) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new SetUpError('The sample images are made of Debian packages, which takes root on Linux.', 'Run it as root.');
  }
  const at = (/** @type {string} */ name) => path.join(directory, name);
  const layout = await createLayout(at('layout'));

  log(`Debian ${suite}: unpacking the base of the sample's images`);
  const base = at('base');
  await bootstrapDebian(base, { suite, signal });
  const baseLayer = writeLayer({ tree: base, blobs: layout.blobs, signal });

  const makeImage = async (/** @type {import('./recipe.mjs').ImageRecipe} */ image) => {
    log(`${image.name}: installing ${image.packages.join(', ')}`);
    const tree = at(path.basename(image.name));
    await makeTree(tree, { base, image, app, signal });
    const layers = [await baseLayer, await writeLayer({ tree, base, blobs: layout.blobs, signal })];
    await rm(tree, { recursive: true });
    await layout.add(`${image.name}:${image.tag}`, layers, image.config);
  };
  const queue = [...images];
  const worker = async () => {
    for (let image = queue.shift(); image; image = queue.shift()) await makeImage(image);
  };
  await allSettledOrThrow([baseLayer, ...Array.from({ length: parallel }, worker)]);

  log('Filling the registry');
  await fillStore({ layout: layout.directory, store: at('store'), signal });
  await Promise.all([base, layout.directory].map((folder) => rm(folder, { recursive: true })));
  await rm(`${base}.dpkg.cfg`);
}

/**
 * @param {string} tree
 * @param {{ base: string, image: import('./recipe.mjs').ImageRecipe, app: string, signal: AbortSignal }} options
 */
async function makeTree(tree, { base, image, app, signal }) {
  await copyTree(base, tree, signal);
  if (image.before !== undefined) await runInTree(tree, image.before, signal);
  await installPackages(tree, image.packages, signal);
  const files = path.join(rootfs, path.basename(image.name));
  if (existsSync(files)) await installFolder(files, tree);
  if (image.app) await installFolder(app, path.join(tree, 'app'));
  await runInTree(tree, image.setup, signal);
}

/** @param {{ layout: string, store: string, signal: AbortSignal }} options */
async function fillStore({ layout, store, signal }) {
  const { registry, stop } = await serveRegistry({ store, readOnly: false, port: undefined, signal });
  try {
    for (const { name, tag } of images) {
      const reference = `${name}:${tag}`;
      const copy = ['copy', '--insecure-policy', '--preserve-digests', '--dest-tls-verify=false'];
      await run('skopeo', [...copy, `oci:${layout}:${reference}`, `docker://${registry}/${reference}`], { signal });
    }
  } finally {
    await stop();
  }
}

/**
 * Waits for all before it fails with the first failure, so that nothing still writes where the caller cleans up.
 *
 * @param {readonly Promise<unknown>[]} promises
 */
async function allSettledOrThrow(promises) {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

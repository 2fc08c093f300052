/**
 * The sample environment's images on a machine without a public registry: made of Debian packages, once, and served by
 * a real local registry from which the app pulls them. No container engine takes part in the making.
 *
 *     node scripts/images/sample-images.mjs [--port N]     serves until it is interrupted
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir as defaultCacheDir } from '../lib/paths.mjs';
import { buildOnce, contentKey } from './build-once.mjs';
import { buildImages } from './build-images.mjs';
import { serveRegistry } from './registry.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const app = path.resolve(here, '../../resources/environments/sample/app');

/** The programs that this needs, as Debian packages. */
export const requiredDebianPackages = ['docker-registry', 'mmdebstrap', 'skopeo', 'util-linux'];

/**
 * Builds the sample's images unless the cache has them (one to two minutes, as root), then serves them, read-only.
 *
 * @param {object} options
 * @param {string} options.cacheDir images are kept in `images/KEY` under it
 * @param {(text: string) => void} options.log gets a line for each step of a build
 * @param {number} [options.port] by default 5000, or another where that is taken
 * @param {AbortSignal} [options.signal] stops a build; nothing of it stays behind
 * @returns {Promise<{ registry: string, stop: () => Promise<void> }>} `registry` is `127.0.0.1:PORT`
 */
export async function provideSampleRegistry({ cacheDir, log, port, signal = new AbortController().signal }) {
  const built = await buildOnce({
    parent: path.join(cacheDir, 'images'),
    key: await contentKey([here, app], process.arch),
    build: (directory) => buildImages({ directory, app, log, signal }),
    log,
  });
  return serveRegistry({ store: path.join(built, 'store'), readOnly: true, port, signal });
}

async function main() {
  const interrupted = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(name, () => interrupted.abort(new Error('Interrupted.')));
  }
  const { signal } = interrupted;
  const flag = process.argv.indexOf('--port');
  const port = flag === -1 ? undefined : Number(process.argv[flag + 1]);
  const log = (/** @type {string} */ text) => process.stdout.write(`› ${text}\n`);
  const { registry, stop } = await provideSampleRegistry({ cacheDir: defaultCacheDir, log, port, signal });
  log(`The sample's images are at ${registry} (SLIPWAY_SAMPLE_REGISTRY=${registry}). Ctrl-C ends this.`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await stop();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((/** @type {Error} */ error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { interruptible } from '../interrupt.mjs';
import { cacheDir, root } from '../paths.mjs';
import { SetUpError } from '../report.mjs';
import { debianPackages } from './debian-packages.mjs';

/** @typedef {{ registry: string, stop(): Promise<void> }} SampleRegistry */

/**
 * Serves the images of the sample environment from a registry on this machine, and builds them first where that was
 * never done. They are in no public registry.
 *
 * @param {(text: string) => void} log
 * @returns {Promise<SampleRegistry>}
 */
export async function sampleRegistry(log) {
  const module = path.join(root, 'scripts', 'images', 'sample-images.mjs');
  if (!existsSync(module)) throw new SetUpError('scripts/images/sample-images.mjs is missing.', 'Is this a complete checkout?');
  const { provideSampleRegistry, requiredDebianPackages } = await import(pathToFileURL(module).href);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new SetUpError(
      'The images of the sample environment cannot be built here: that needs Debian and root.',
      'With access to a registry that has them, set SLIPWAY_SAMPLE_REGISTRY to its address.',
    );
  }
  await debianPackages(requiredDebianPackages, log);
  return interruptible((signal) => provideSampleRegistry({ cacheDir, log, signal }));
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import type { BundleManifest } from '../bundles/bundle-manifest.ts';

/** A Compose file over the environment's own ones. */
export const overridesFile = 'slipway-offline.yaml';

/**
 * Writes the override that lets an environment run without a registry: images by the names that the bundle's have,
 * where the files ask for a digest or for a pull at each start. Nothing where there is nothing to override.
 */
export async function writeOverrides(directory: string, overrides: BundleManifest['overrides']): Promise<void> {
  if (Object.keys(overrides).length === 0) return;
  const services = Object.fromEntries(Object.entries(overrides).map(([name, { image, pullPolicy }]) => [name, { image, pull_policy: pullPolicy }]));
  const why = 'Images of the offline bundle that this environment came in. Take this file away to use the registries again.';
  await writeFile(path.join(directory, overridesFile), `# ${why}\n${stringify({ services })}`, { flag: 'wx' });
}

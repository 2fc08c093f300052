import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import type { BundleManifest } from '../../bundles/bundle-manifest.ts';

/** A Compose file over the environment's own ones. */
export const overridesFile = 'slipway-offline.yaml';

/** A lock of nothing, in place of the profiles' own ones. */
const emptyLock = { name: 'slipway-offline.lock.json', content: { version: 1, images: {}, about: {} } };

type Overridden = Pick<BundleManifest, 'overrides' | 'lockedProfiles'>;

export function needsOverrides({ overrides, lockedProfiles }: Overridden): boolean {
  return Object.keys(overrides).length > 0 || lockedProfiles.length > 0;
}

/**
 * Writes the override that lets an environment run without a registry: images by the names that the bundle's have,
 * where the files ask for a digest or for a pull at each start, and no lock, as the engine knows no registry's digests
 * for what was loaded from a file. Nothing where there is nothing to override.
 */
export async function writeOverrides(directory: string, manifest: Overridden): Promise<void> {
  if (!needsOverrides(manifest)) return;
  const { overrides, lockedProfiles } = manifest;
  const services = Object.entries(overrides).map(([name, { image, pullPolicy }]) => [name, { image, pull_policy: pullPolicy }] as const);
  const profiles = lockedProfiles.map((name) => [name, { lock: emptyLock.name }] as const);
  const document = {
    ...(services.length > 0 ? { services: Object.fromEntries(services) } : {}),
    ...(profiles.length > 0 ? { 'x-slipway': { profiles: Object.fromEntries(profiles) } } : {}),
  };
  const why = 'Images of the offline bundle that this environment came in. Take this file away to use the registries again.';
  await writeFile(path.join(directory, overridesFile), `# ${why}\n${stringify(document)}`, { flag: 'wx' });
  if (profiles.length > 0) await writeFile(path.join(directory, emptyLock.name), `${JSON.stringify(emptyLock.content)}\n`, { flag: 'wx' });
}

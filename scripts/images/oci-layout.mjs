import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const architectures = /** @type {Record<string, string>} */ ({ x64: 'amd64', ia32: '386', arm64: 'arm64', arm: 'arm' });

/**
 * An OCI image layout in a new directory, to which images are added.
 *
 * @param {string} directory
 */
export async function createLayout(directory) {
  const blobs = path.join(directory, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  await writeFile(path.join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  /** @type {object[]} */
  const manifests = [];

  /** @param {object} value */
  const writeJson = async (value) => {
    const text = JSON.stringify(value);
    const hash = createHash('sha256').update(text).digest('hex');
    await writeFile(path.join(blobs, hash), text);
    return { digest: `sha256:${hash}`, size: Buffer.byteLength(text) };
  };

  return {
    directory,
    blobs,

    /**
     * @param {string} reference the name it gets in the layout
     * @param {readonly import('./layer.mjs').Layer[]} layers lowest first, already in `blobs`
     * @param {Record<string, unknown>} config
     */
    async add(reference, layers, config) {
      const image = {
        created: new Date().toISOString(),
        architecture: architectures[process.arch] ?? process.arch,
        os: 'linux',
        config,
        rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
        history: layers.map(() => ({ created_by: 'scripts/images/sample-images.mjs' })),
      };
      const manifest = await writeJson({
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: { mediaType: mediaTypes.config, ...(await writeJson(image)) },
        layers: layers.map(({ digest, size }) => ({ mediaType: mediaTypes.layer, digest, size })),
      });
      const annotations = { 'org.opencontainers.image.ref.name': reference };
      manifests.push({ mediaType: mediaTypes.manifest, ...manifest, annotations });
      await writeFile(path.join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
    },
  };
}

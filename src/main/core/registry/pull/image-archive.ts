import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';

/** An image with its layers as files; a layer that the engine has needs none. */
export interface ArchivedImage {
  readonly config: Buffer;
  readonly configDigest: string;
  readonly layers: readonly { readonly digest: string; readonly file: string | undefined }[];
  /** `name:tag` forms. */
  readonly tags: readonly string[];
}

/**
 * An image as `docker load` takes it (the format of `docker save`: manifest.json names configuration and layers, which
 * may be compressed). An engine reads no file of a layer that it has.
 */
export function imageArchive({ config, configDigest, layers, tags }: ArchivedImage): Readable {
  const tar = pack();
  const names = layers.map(({ digest }) => `${hexOf(digest)}.tar`);
  const configName = `${hexOf(configDigest)}.json`;
  const manifest = [{ Config: configName, RepoTags: tags, Layers: names }];
  const write = async (): Promise<void> => {
    tar.entry({ name: configName }, config);
    const written = new Set<string>();
    for (const [index, { file }] of layers.entries()) {
      const name = names[index] ?? '';
      // Two layers of an image may be the same, the empty one mostly.
      if (file === undefined || written.has(name)) continue;
      written.add(name);
      await addFile(tar, name, file);
    }
    tar.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
    tar.finalize();
  };
  write().catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))));
  // tar-stream brings its own kind of stream; what is sent over HTTP must be Node's.
  return Readable.from(tar);
}

async function addFile(tar: Pack, name: string, file: string): Promise<void> {
  const { size } = await stat(file);
  await pipeline(createReadStream(file), tar.entry({ name, size }));
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

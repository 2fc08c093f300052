import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Cancellable } from '../../base/abort.ts';
import { Fault, isAbort } from '../../base/fault.ts';
import { type ImageReference, parseImageReference } from '../../base/image-reference.ts';
import type { Platform } from '../../engine/engine.ts';
import type { RegistryClient } from '../client/registry-client.ts';
import type { ImageContent } from '../client/remote-image.ts';

const configSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

/** Everything about an image that must be known before its layers are downloaded. */
export interface ResolvedImage extends ImageContent {
  readonly configuration: Buffer;
  /** Digests of the unpacked layers, in order. */
  readonly diffIds: readonly string[];
  readonly platform: Platform;
}

/** One image, read from the first place that has it: its registry's mirrors in order, then the registry itself. */
export class ImageSource {
  readonly reference: ImageReference;
  readonly #clients: readonly RegistryClient[];
  readonly #onFallback: (problem: Fault) => void;

  constructor(reference: string, clients: readonly RegistryClient[], onFallback: (problem: Fault) => void = () => undefined) {
    this.reference = parseImageReference(reference);
    this.#clients = clients;
    this.#onFallback = onFallback;
  }

  /** Layers and configuration as descriptors. Raises `image.not-found`, `image.wrong-platform` and what clients raise. */
  content(platform: Platform, options: Cancellable): Promise<ImageContent> {
    const { repository, digest, tag = 'latest' } = this.reference;
    return this.#first((client) => client.content(repository, digest ?? tag, platform, options));
  }

  /** The same with the configuration itself. */
  async resolve(platform: Platform, options: Cancellable): Promise<ResolvedImage> {
    const content = await this.content(platform, options);
    const configuration = await this.#first((client) => client.blob(this.reference.repository, content.config.digest, options));
    const parsed = configSchema.safeParse(parseJson(configuration));
    if (!parsed.success || parsed.data.rootfs.diff_ids.length !== content.layers.length) throw this.#noImage();
    const { os, architecture, variant, rootfs } = parsed.data;
    return { ...content, configuration, diffIds: rootfs.diff_ids, platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } };
  }

  /** A blob's bytes from `offset` on. */
  openBlob(digest: string, options: Cancellable & { readonly offset: number }): Promise<{ readonly from: number; readonly bytes: Readable }> {
    return this.#first((client) => client.openBlob(this.reference.repository, digest, options));
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  async #first<T>(ask: (client: RegistryClient) => Promise<T>): Promise<T> {
    for (const [index, client] of this.#clients.entries()) {
      try {
        return await ask(client);
      } catch (error) {
        if (isAbort(error) || !(error instanceof Fault) || index === this.#clients.length - 1) throw error;
        this.#onFallback(error);
      }
    }
    throw new Error('An image has at least one source.');
  }

  #noImage(): Fault {
    return new Fault({
      code: 'image.pull-failed',
      message: `${this.reference.familiarName} is no container image.`,
      hint: 'The registry holds something else under this name; check it with `slipway registry inspect`.',
      data: { reference: this.reference.familiarName },
    });
  }
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}

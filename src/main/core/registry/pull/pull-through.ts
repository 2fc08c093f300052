import PQueue from 'p-queue';
import { Channel } from '../../base/channel.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { digestAlias, type ImageReference } from '../../base/image-reference.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { Engine, Platform } from '../../engine/engine.ts';
import type { LayerProgress, PullProgress } from '../../engine/images.ts';
import { platformMismatch } from '../../engine/platform-match.ts';
import type { BlobDescriptor } from '../client/remote-image.ts';
import type { BlobCache } from './blob-cache.ts';
import { EngineLayers } from './engine-layers.ts';
import { imageArchive } from './image-archive.ts';
import type { ImageSource, ResolvedImage } from './image-source.ts';
import { retry, type RetryOptions } from './retry.ts';

const layersAtOnce = 4;

export interface PullThroughRequest extends Cancellable, Pick<RetryOptions, 'onRetry' | 'delaysMs'> {
  readonly engine: Engine;
  readonly source: ImageSource;
  readonly cache: BlobCache;
  readonly platform?: Platform | undefined;
}

/**
 * Pulls an image with our own means and hands it over to the engine: for registries that the engine can't reach, or
 * whose certificate it doesn't know. Only layers that the engine lacks are downloaded; a download that broke off goes on
 * where it was, also in the next pull. Every digest is checked. Raises what registries raise, and `engine.*`.
 */
export async function* pullThrough(request: PullThroughRequest): AsyncGenerator<PullProgress, void, void> {
  const { engine, source, cache, onRetry, delaysMs } = request;
  const leaving = new AbortController();
  const signal = sharedSignal(request.signal, leaving.signal);
  const { familiarName } = source.reference;
  yield { reference: familiarName, phase: 'resolving', downloadedBytes: 0, totalBytes: 0, layers: [] };
  const platform = request.platform ?? (await engine.info({ signal })).platform;
  const image = await retry(() => source.resolve(platform, { signal }), { onRetry, delaysMs, signal });
  // An image of a single platform is delivered whatever was asked for.
  const mismatch = request.platform && platformMismatch(familiarName, request.platform, image.platform);
  if (mismatch) throw mismatch;
  const present = (await EngineLayers.read(engine, { signal })).present(image.diffIds);
  const board = new LayerBoard(familiarName, image, present);
  yield board.progress('downloading');
  const download = async (layers: readonly BlobDescriptor[], changed: () => void): Promise<void> => {
    const queue = new PQueue({ concurrency: layersAtOnce });
    const all = layers.map((layer) => () =>
      retry(
        () =>
          cache.download(layer, {
            openAt: (offset) => source.openBlob(layer.digest, { offset, signal }),
            onBytes: (bytes) => {
              board.set(layer.digest, bytes);
              changed();
            },
            signal,
          }),
        { onRetry, delaysMs, signal },
      ),
    );
    await queue.addAll(all).catch((error: unknown) => {
      queue.clear();
      leaving.abort();
      throw error;
    });
  };
  try {
    yield* board.during((changed) => download(unique(image.layers.slice(present)), changed));
    yield board.progress('extracting');
    const omitted = await load(engine, source, image, { present, cache, signal });
    if (omitted === 'refused') {
      board.expectAll();
      yield* board.during((changed) => download(unique(image.layers), changed));
      await load(engine, source, image, { present: 0, cache, signal });
    }
    await verify(engine, source, image, { signal });
    await cache.release(image.layers.map(({ digest }) => digest));
    yield { ...board.progress('done'), digest: image.namedDigest };
  } finally {
    leaving.abort();
  }
}

/** How far each layer is. A layer that the engine has counts nothing. */
class LayerBoard {
  readonly #reference: string;
  readonly #layers = new Map<string, LayerProgress>();
  readonly #sizes: ReadonlyMap<string, number>;

  constructor(reference: string, { layers }: ResolvedImage, present: number) {
    this.#reference = reference;
    for (const [index, { digest, size }] of layers.entries()) {
      if (this.#layers.has(digest)) continue;
      const state = index < present ? 'present' : 'waiting';
      this.#layers.set(digest, { id: digest.slice(7, 19), state, currentBytes: 0, totalBytes: state === 'present' ? 0 : size });
    }
    this.#sizes = new Map(layers.map(({ digest, size }) => [digest, size]));
  }

  set(digest: string, bytes: number): void {
    const layer = this.#layers.get(digest);
    if (!layer) return;
    const currentBytes = Math.min(bytes, layer.totalBytes);
    this.#layers.set(digest, { ...layer, currentBytes, state: currentBytes === layer.totalBytes ? 'verifying' : 'downloading' });
  }

  /** The engine wants the layers that it has, too. */
  expectAll(): void {
    for (const [digest, layer] of this.#layers) {
      if (layer.state === 'present') this.#layers.set(digest, { ...layer, state: 'waiting', totalBytes: this.#sizes.get(digest) ?? 0 });
    }
  }

  progress(phase: PullProgress['phase']): PullProgress {
    const layers = [...this.#layers.values()].map((layer): LayerProgress => (phase === 'done' && layer.state !== 'present' ? { ...layer, state: 'done' } : layer));
    return {
      reference: this.#reference,
      phase,
      downloadedBytes: layers.reduce((sum, { currentBytes }) => sum + currentBytes, 0),
      totalBytes: layers.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
      layers,
    };
  }

  /** The state after each change while `work` goes on; a slow reader gets the newest. */
  async *during(work: (changed: () => void) => Promise<void>): AsyncGenerator<PullProgress, void, void> {
    const changes = new Channel<true>();
    const done = work(() => changes.push(true, () => true)).finally(() => changes.end());
    done.catch(() => undefined);
    for await (const _change of changes.read()) yield this.progress('downloading');
    await done;
  }
}

interface Loading extends Cancellable {
  readonly present: number;
  readonly cache: BlobCache;
}

/** Some engines (those with containerd's image store) want every layer, also the ones that they have. */
async function load(engine: Engine, { reference }: ImageSource, image: ResolvedImage, { present, cache, signal }: Loading): Promise<'loaded' | 'refused'> {
  const archive = imageArchive({
    config: image.configuration,
    configDigest: image.config.digest,
    layers: image.layers.map(({ digest }, index) => ({ digest, file: index < present ? undefined : cache.file(digest) })),
    tags: [...tagged(reference), aliasOf(reference, image)],
  });
  try {
    await engine.images.load(archive, { signal });
    return 'loaded';
  } catch (error) {
    if (present > 0 && error instanceof Fault && error.problem.code === 'engine.rejected') return 'refused';
    throw error;
  } finally {
    archive.destroy();
  }
}

/** What the engine has now must be what the registry described. */
async function verify(engine: Engine, { reference }: ImageSource, image: ResolvedImage, { signal }: Cancellable): Promise<void> {
  const { layers } = await engine.images.inspect(aliasOf(reference, image), { signal });
  if (layers.length === image.diffIds.length && layers.every((layer, index) => layer === image.diffIds[index])) return;
  throw new Fault({
    code: 'image.digest-mismatch',
    message: `What the engine made of ${reference.familiarName} is not what the registry described.`,
    hint: 'Try again; another program may have used the same name meanwhile.',
    data: { reference: reference.familiarName },
  });
}

/** The tag of the reference. One that names a digest too, or alone, leaves tags as they are, as engines do it. */
function tagged({ tag, digest, familiarName }: ImageReference): string[] {
  return tag === undefined || digest !== undefined ? [] : [familiarName];
}

/** An engine keeps no digest of what it is handed over; this tag stands for it, so that a lock finds the image. */
function aliasOf({ familiarName, tag }: ImageReference, { namedDigest }: ResolvedImage): string {
  const [named = ''] = familiarName.split('@');
  const name = tag === undefined ? named : named.slice(0, -(tag.length + 1));
  return digestAlias(`${name}@${namedDigest}`) ?? familiarName;
}

function unique(layers: readonly BlobDescriptor[]): BlobDescriptor[] {
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

import type { LogEntry } from '../../../../shared/models/job.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Problem } from '../../../../shared/problem.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { Engine, Platform } from '../../engine/engine.ts';
import type { PullProgress } from '../../engine/images.ts';
import type { RegistryClients } from '../registry-clients.ts';
import { mayBePlain } from '../registry-host.ts';
import type { BlobCache } from './blob-cache.ts';
import { ImageSource } from './image-source.ts';
import { layerSizes, type LayerSizes, withKnownSizes } from './known-sizes.ts';
import { pullThrough } from './pull-through.ts';
import { retried, retryAfterOf, type RetryOptions } from './retry.ts';

export interface PullRequest extends Cancellable {
  readonly platform?: Platform | undefined;
  /** What a person should know while it goes on: a helper that is missing, a try again, a mirror that failed. */
  readonly tell?: ((entry: LogEntry) => void) | undefined;
}

export interface ImagePullerParts {
  readonly clients: RegistryClients;
  readonly cache: BlobCache;
  /** Before each further try, in milliseconds. */
  readonly delaysMs?: readonly number[];
}

/** Pulls images onto an engine: by the engine itself where it can, else through us. */
export class ImagePuller {
  readonly #parts: ImagePullerParts;

  constructor(parts: ImagePullerParts) {
    this.#parts = parts;
  }

  /** Yields the state of the whole pull after each change. Raises as `Images.pull` and registry clients do. */
  async *pull(engine: Engine, reference: string, { platform, tell = () => undefined, signal }: PullRequest): AsyncGenerator<PullProgress, void, void> {
    const { clients } = this.#parts;
    const { auth, warnings } = await clients.login(reference, { signal });
    for (const text of warnings) tell({ level: 'warning', text });
    const onFallback = ({ problem }: Fault): void => tell({ level: 'warning', text: `A mirror failed, going on to the next place: ${problem.message}` });
    const source = new ImageSource(reference, await clients.sources(reference, { signal }), onFallback);
    const stop = new AbortController();
    const asking = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const retrying: RetryOptions = { onRetry: (problem, delayMs) => tell({ level: 'warning', text: tryAgainText(problem, delayMs) }), delaysMs: this.#parts.delaysMs, signal };
    try {
      const why = await this.#whyThrough(engine, reference, { signal });
      if (why !== undefined) {
        tell({ level: 'info', text: `Pulled through Slipway: ${why}.` });
        yield* pullThrough({ ...retrying, engine, source, cache: this.#parts.cache, platform });
        return;
      }
      let sizes: LayerSizes | undefined;
      // Asked beside the pull, which doesn't wait: an engine elsewhere may reach what we can't.
      void this.#sizes(engine, source, platform, asking).then((found) => (sizes = found));
      const byEngine = (): AsyncIterable<PullProgress> =>
        engine.images.pull(reference, { signal, ...(platform === undefined ? {} : { platform }), ...(auth === undefined ? {} : { auth }) });
      const askRetryAfter = () => this.#askRetryAfter(engine, source, platform, asking);
      for await (const progress of retried(byEngine, { ...retrying, askRetryAfter })) yield sizes ? withKnownSizes(progress, sizes) : progress;
    } finally {
      stop.abort();
      source.close();
    }
  }

  /** Why the engine itself can't pull this as the person wants it; undefined when it can. */
  async #whyThrough(engine: Engine, reference: string, { signal }: Cancellable): Promise<string | undefined> {
    const { registry } = parseImageReference(reference);
    const settings = this.#parts.clients.settings(registry);
    if (!settings) return undefined;
    if (settings.mirrors.length > 0) return `the engine doesn't know the mirrors of ${registry}`;
    if (settings.proxy !== undefined) return `the engine doesn't know the proxy to ${registry}`;
    if (settings.ca !== undefined) return `the engine doesn't know the certificate of ${registry}`;
    if (!settings.plainHttp || mayBePlain(registry)) return undefined;
    const { insecureRegistries } = await engine.info({ signal });
    return insecureRegistries.includes(registry) ? undefined : `the engine insists on TLS for ${registry}`;
  }

  async #sizes(engine: Engine, source: ImageSource, platform: Platform | undefined, signal: AbortSignal): Promise<LayerSizes | undefined> {
    try {
      return layerSizes(await source.content(platform ?? (await engine.info({ signal })).platform, { signal }));
    } catch {
      // Then the sizes are what the engine tells, when it does.
      return undefined;
    }
  }

  /** Engines say that a registry limits them, but not for how long: the registry does. */
  async #askRetryAfter(engine: Engine, source: ImageSource, platform: Platform | undefined, signal: AbortSignal): Promise<number | undefined> {
    try {
      await source.content(platform ?? (await engine.info({ signal })).platform, { signal });
      return undefined;
    } catch (error) {
      return error instanceof Fault ? retryAfterOf(error.problem) : undefined;
    }
  }
}

function tryAgainText({ message }: Problem, delayMs: number): string {
  return `${message} Trying again in ${String(Math.max(1, Math.round(delayMs / 1000)))} s.`;
}

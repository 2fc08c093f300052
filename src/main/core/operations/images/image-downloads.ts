import PQueue from 'p-queue';
import type { DownloadPlan, ImageDownload } from '../../../../shared/models/download.ts';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault, toProblem } from '../../base/fault.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { Project } from '../../compose/project.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import { EngineLayers } from '../../registry/pull/engine-layers.ts';
import { ImageSource, type ResolvedImage } from '../../registry/pull/image-source.ts';
import type { RegistryClients } from '../../registry/registry-clients.ts';
import { observeImages, type PresentImages } from '../../stacks/images.ts';
import { parsePlatform } from '../../stacks/platform.ts';

const askedAtOnce = 8;

export interface ImageDownloadsParts {
  readonly connection: EngineConnection;
  readonly loader: EnvironmentLoader;
  readonly clients: RegistryClients;
}

export interface EstimateRequest extends Cancellable {
  /** Only images that the engine hasn't at all. */
  readonly missing?: boolean;
}

/** One image that services ask for. */
interface Wanted {
  readonly reference: string;
  readonly platform: string | undefined;
  readonly services: string[];
}

type Resolved = { readonly image: ResolvedImage } | { readonly failure: Fault };

/** How much pulling an environment's images would download: manifests compared with the layers that the engine has. */
export class ImageDownloads {
  readonly #parts: ImageDownloadsParts;

  constructor(parts: ImageDownloadsParts) {
    this.#parts = parts;
  }

  /** Changes nothing. What a registry can't tell is its image's Problem. Raises `project.*`, `engine.*`. */
  async estimate(record: EnvironmentRecord, { missing = false, ...options }: EstimateRequest): Promise<DownloadPlan> {
    const signal = sharedSignal(options.signal);
    const [engine, { definition }] = await Promise.all([this.#parts.connection.get({ signal }), this.#parts.loader.load(record, { signal })]);
    const present = await observeImages(engine, definition.project, { signal });
    const wanted = wantedImages(definition.project).filter(({ reference }) => !missing || !present.has(reference));
    if (wanted.length === 0) return { bytes: 0, complete: true, images: [] };
    const [layers, resolved] = await Promise.all([EngineLayers.read(engine, { signal }), this.#resolveAll(engine, wanted, { signal })]);
    return plan(wanted, resolved, { present, layers });
  }

  async #resolveAll(engine: Engine, wanted: readonly Wanted[], { signal }: Cancellable): Promise<Resolved[]> {
    const queue = new PQueue({ concurrency: askedAtOnce });
    return queue.addAll(wanted.map((one) => () => this.#resolve(engine, one, { signal })));
  }

  async #resolve(engine: Engine, { reference, platform }: Wanted, { signal }: Cancellable): Promise<Resolved> {
    try {
      const source = new ImageSource(reference, await this.#parts.clients.sources(reference, { signal }));
      try {
        return { image: await source.resolve(platform === undefined ? (await engine.info({ signal })).platform : parsePlatform(platform), { signal }) };
      } finally {
        source.close();
      }
    } catch (error) {
      signal?.throwIfAborted();
      return { failure: error instanceof Fault ? error : new Fault(toProblem(error), { cause: error }) };
    }
  }
}

interface Known {
  readonly present: PresentImages;
  readonly layers: EngineLayers;
}

function plan(wanted: readonly Wanted[], resolved: readonly Resolved[], { present, layers }: Known): DownloadPlan {
  const lacking = new Map<string, number>();
  const images = wanted.map(({ reference, services }, index): ImageDownload => {
    const engineBytes = present.get(reference)?.sizeBytes;
    const base = { reference, services, ...(engineBytes === undefined ? {} : { engineBytes }) };
    const found = resolved[index];
    if (!found || 'failure' in found) return { ...base, ...(found ? { problem: found.failure.problem } : {}) };
    const { image } = found;
    const own = new Map(image.layers.slice(layers.present(image.diffIds)).map(({ digest, size }) => [digest, size]));
    for (const [digest, size] of own) lacking.set(digest, size);
    const whole = new Map(image.layers.map(({ digest, size }) => [digest, size]));
    return { ...base, bytes: sum(own.values()), totalBytes: sum(whole.values()) };
  });
  return { bytes: sum(lacking.values()), complete: images.every(({ problem }) => problem === undefined), images };
}

/** The images that a pull would pull: not those that can only be built. */
function wantedImages(project: Project): Wanted[] {
  const wanted = new Map<string, Wanted>();
  const add = (reference: string, platform: string | undefined, service: string): void => {
    const key = `${reference} ${platform ?? ''}`;
    const known = wanted.get(key) ?? { reference, platform, services: [] };
    known.services.push(service);
    wanted.set(key, known);
  };
  for (const [name, service] of Object.entries(project.services)) {
    if (service.image !== undefined && !service.build) add(service.image, service.platform, name);
    for (const { type, source } of service.volumes ?? []) if (type === 'image' && source !== undefined) add(source, undefined, name);
  }
  return [...wanted.values()];
}

function sum(sizes: Iterable<number>): number {
  return [...sizes].reduce((total, size) => total + size, 0);
}

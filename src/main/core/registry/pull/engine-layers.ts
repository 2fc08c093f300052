import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { Engine } from '../../engine/engine.ts';

/** The chains of layers that an engine has: a layer counts only together with all that lie under it. */
export class EngineLayers {
  readonly #chains = new Set<string>();

  /** Reads them off every image of the engine. */
  static async read(engine: Engine, options: Cancellable = {}): Promise<EngineLayers> {
    const signal = sharedSignal(options.signal);
    const layers = new EngineLayers();
    const images = await engine.images.list({ signal });
    await Promise.all(
      images.map(async ({ id }) => {
        const details = await engine.images.inspect(id, { signal }).catch((error: unknown) => {
          // It was removed meanwhile.
          if (error instanceof Fault && error.problem.code === 'image.not-found') return undefined;
          throw error;
        });
        if (details) layers.#add(details.layers);
      }),
    );
    return layers;
  }

  /** How many of an image's layers, from the bottom, are there. `diffIds` are the digests of the unpacked layers. */
  present(diffIds: readonly string[]): number {
    let count = 0;
    while (count < diffIds.length && this.#chains.has(chain(diffIds, count + 1))) count += 1;
    return count;
  }

  #add(diffIds: readonly string[]): void {
    for (let length = 1; length <= diffIds.length; length++) this.#chains.add(chain(diffIds, length));
  }
}

function chain(diffIds: readonly string[], length: number): string {
  return diffIds.slice(0, length).join(' ');
}

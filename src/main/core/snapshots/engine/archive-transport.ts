import { Readable } from 'node:stream';
import type { Cancellable } from '../../base/abort.ts';
import type { Engine } from '../../engine/engine.ts';
import { ensureHelperImage } from '../../engine/helper-image.ts';
import type { VolumeSession, VolumeTransport } from '../transport.ts';
import { createHelper, type Helper, mountRoot } from './helper-container.ts';
import { volumeHelperImage } from './helper-image.ts';

/**
 * Moves volumes through the Engine's archive endpoint, which every engine has, by way of a container that is made but
 * never started. A volume is read as `/v/N` and written to its parent `/v`: that keeps the owner and mode of the
 * volume's root, without which PostgreSQL refuses to start. The endpoint gives times in whole seconds and, of the
 * extended attributes, `security.capability` only; a set-user-id file that has hard links comes back without that bit.
 */
export function archiveTransport(engine: Engine): VolumeTransport {
  return {
    open: async (volumes, { signal }: Cancellable = {}): Promise<VolumeSession> => {
      const image = await ensureHelperImage(engine, volumeHelperImage(), { signal });
      const helper = await createHelper(engine, { image, volumes }, { signal });
      return new ArchiveSession(engine, helper, volumes);
    },
  };
}

/** Reads and writes through one container with the volumes mounted. */
export class ArchiveSession implements VolumeSession {
  readonly format = 'tar';
  readonly #engine: Engine;
  readonly #helper: Helper;
  readonly #volumes: readonly string[];

  constructor(engine: Engine, helper: Helper, volumes: readonly string[]) {
    this.#engine = engine;
    this.#helper = helper;
    this.#volumes = volumes;
  }

  rootOf(volume: string): string {
    const position = this.#volumes.indexOf(volume);
    if (position < 0) throw new Error(`volume ${volume} is not part of this session`);
    return String(position);
  }

  async *read(volume: string, { signal }: Cancellable = {}): AsyncGenerator<Buffer> {
    const stream = await this.#engine.containers.readArchive(this.#helper.id, `${mountRoot}/${this.rootOf(volume)}`, { signal });
    try {
      yield* stream as AsyncIterable<Buffer>;
    } finally {
      stream.destroy();
    }
  }

  async write(_volume: string, tar: AsyncIterable<Buffer>, { signal }: Cancellable = {}): Promise<void> {
    // The names in the stream begin with `rootOf`, which says where below the parent they go.
    await this.#engine.containers.writeArchive(this.#helper.id, mountRoot, Readable.from(tar, { objectMode: false }), { signal });
  }

  close(options?: Cancellable): Promise<void> {
    return this.#helper.remove(options);
  }
}

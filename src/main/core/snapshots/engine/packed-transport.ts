import { PassThrough, Readable } from 'node:stream';
import { type Cancellable, cleanupSignal } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { ExecSession } from '../../engine/containers.ts';
import type { Engine } from '../../engine/engine.ts';
import { ensureHelperImage } from '../../engine/helper-image.ts';
import type { VolumeSession, VolumeTransport } from '../transport.ts';
import { ArchiveSession } from './archive-transport.ts';
import { createHelper, type Helper, mountRoot } from './helper-container.ts';
import { helperProgram, volumeHelperImage } from './helper-image.ts';

const maxErrorBytes = 4096;
/** What the helper ends with when the content that it was sent is damaged. */
const damagedExit = 3;
/** Bytes of instructions read ahead. */
const sentAhead = 1024 * 1024;

/**
 * Reads and changes volumes by our own program in a helper container, which hashes and compresses beside the files and
 * sends only what the store lacks, with times and attributes in full, and writes only what differs. `program` is built
 * for the engine's processor.
 */
export function packedTransport(engine: Engine, program: Buffer): VolumeTransport {
  return {
    open: async (volumes, { signal }: Cancellable = {}): Promise<VolumeSession> => {
      const image = await ensureHelperImage(engine, volumeHelperImage(program), { signal });
      const helper = await createHelper(engine, { image, volumes, command: [helperProgram, 'wait'], user: '0' }, { signal });
      try {
        await engine.containers.start(helper.id, { signal });
      } catch (error) {
        await helper.remove({ signal: cleanupSignal() });
        throw error;
      }
      return new PackedSession(engine, helper, volumes);
    },
  };
}

class PackedSession implements VolumeSession {
  readonly format = 'packed';
  readonly #engine: Engine;
  readonly #helper: Helper;
  readonly #archive: ArchiveSession;
  /** By volume: readings that have been started and not been asked for. */
  readonly #waiting = new Map<string, Promise<StartedReading>>();

  constructor(engine: Engine, helper: Helper, volumes: readonly string[]) {
    this.#engine = engine;
    this.#helper = helper;
    this.#archive = new ArchiveSession(engine, helper, volumes);
  }

  rootOf(volume: string): string {
    return this.#archive.rootOf(volume);
  }

  expectRead(volume: string, options: Cancellable = {}): void {
    if (this.#waiting.has(volume)) return;
    const started = this.#startReading(volume, options);
    // Raised to whoever reads.
    started.catch(() => undefined);
    this.#waiting.set(volume, started);
  }

  read(volume: string, { signal, known = Buffer.alloc(16) }: Cancellable & { readonly known?: Buffer | undefined } = {}): AsyncIterable<Buffer> {
    const started = this.#waiting.get(volume) ?? this.#startReading(volume, { signal });
    this.#waiting.delete(volume);
    return readRecords(volume, started, known);
  }

  /** The program waits for what is known. */
  async #startReading(volume: string, { signal }: Cancellable): Promise<StartedReading> {
    const command = [helperProgram, 'capture', `${mountRoot}/${this.rootOf(volume)}`];
    const input = new PassThrough();
    const started = this.#engine.containers.execAttached(this.#helper.id, { command, user: '0', input }, { signal });
    return { session: await started, input };
  }

  write(volume: string, tar: AsyncIterable<Buffer>, options?: Cancellable): Promise<void> {
    return this.#archive.write(volume, tar, options);
  }

  async apply(volume: string, instructions: AsyncIterable<Buffer>, { signal }: Cancellable = {}): Promise<void> {
    const command = [helperProgram, 'apply', `${mountRoot}/${this.rootOf(volume)}`];
    const input = Readable.from(instructions, { objectMode: false, highWaterMark: sentAhead });
    // Destroyed by a failure of the instructions, which is the one to tell then.
    const failed = new Promise<never>((_resolve, reject) => input.once('error', reject));
    failed.catch(() => undefined);
    let errors = '';
    let exitCode: number;
    try {
      const session = await this.#engine.containers.execAttached(this.#helper.id, { command, user: '0', input }, { signal });
  session.stderr.on('data', (bytes: Buffer) => (errors = `${errors}${bytes.toString('utf8')}`.slice(0, maxErrorBytes)));
      session.stdout.resume();
      exitCode = await Promise.race([session.exit, failed]);
    } catch (error) {
      throw input.errored ?? error;
    } finally {
      // Whoever sends the instructions waits until they are taken, or nobody takes them any more.
      input.destroy();
    }
    if (exitCode !== 0) throw exitCode === damagedExit ? contentDamaged(errors) : notWritten(volume, errors);
  }

  close(options?: Cancellable): Promise<void> {
    return this.#archive.close(options);
  }
}

interface StartedReading {
  readonly session: ExecSession;
  readonly input: PassThrough;
}

async function* readRecords(volume: string, started: Promise<StartedReading>, known: Buffer): AsyncGenerator<Buffer> {
  const { session, input } = await started;
  input.end(known);
  let errors = '';
  session.stderr.on('data', (bytes: Buffer) => (errors = `${errors}${bytes.toString('utf8')}`.slice(0, maxErrorBytes)));
  yield* session.stdout as AsyncIterable<Buffer>;
  const exitCode = await session.exit;
  if (exitCode !== 0) throw helperFailed(volume, errors);
}

function contentDamaged(detail: string): Fault {
  return new Fault({
    code: 'snapshot.damaged',
    message: 'The snapshot holds content that is not what its index says.',
    hint: 'Restore another snapshot, or copy this one again from where it was shared.',
    detail,
  });
}

function notWritten(volume: string, detail: string): Fault {
  return new Fault({
    code: 'engine.rejected',
    message: `Volume ${volume} could not be written on the engine.`,
    hint: 'Check that the engine’s disk has room left, then restore again.',
    detail,
    data: { volume },
  });
}

function helperFailed(volume: string, detail: string): Fault {
  return new Fault({
    code: 'engine.rejected',
    message: `Volume ${volume} could not be read on the engine.`,
    hint: 'Check that the engine has memory and disk left, then take the snapshot again.',
    detail,
    data: { volume },
  });
}

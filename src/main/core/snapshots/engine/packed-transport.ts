import { PassThrough, Readable } from 'node:stream';
import { type Cancellable, cleanupSignal } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { ProblemCode } from '../../../../shared/problem.ts';
import type { Engine } from '../../engine/engine.ts';
import { ensureHelperImage } from '../../engine/helper-image.ts';
import type { VolumeSession, VolumeTransport } from '../transport.ts';
import { ArchiveSession } from './archive-transport.ts';
import { createHelper, type Helper, type HelperSpec, mountRoot } from './helper-container.ts';
import { helperProgram, volumeHelperImage } from './helper-image.ts';
import { execLine, type HelperExit, type HelperLine, type HelperRun } from './helper-line.ts';
import { SocketLine } from './socket-line.ts';

/** What the helper ends with when the content that it was sent is damaged. */
const damagedExit = 3;
/** Bytes of instructions read ahead. */
const sentAhead = 1024 * 1024;

const mountRefusals: readonly ProblemCode[] = ['engine.rejected', 'bind.source-missing'];

/** Engines on this machine to whose containers no socket of this machine leads. */
const withoutSocket = new WeakSet<Engine>();

/**
 * Reads and changes volumes by our own program in a helper container, which hashes and compresses beside the files and
 * sends only what the store lacks, with times and attributes in full, and writes only what differs. `program` is built
 * for the engine's processor. With `isNear` the engine may run on this machine: a socket is tried first.
 */
export function packedTransport(engine: Engine, program: Buffer, { isNear = mayBeNear(engine) }: { readonly isNear?: boolean } = {}): VolumeTransport {
  return {
    open: async (volumes, { signal }: Cancellable = {}): Promise<VolumeSession> => {
      const spec = { image: await ensureHelperImage(engine, volumeHelperImage(program), { signal }), volumes, user: '0' };
      const triesSocket = isNear && !withoutSocket.has(engine);
      const near = triesSocket ? await openBySocket(engine, spec, signal) : undefined;
      if (near) return near;
      const helper = await startHelper(engine, { ...spec, command: [helperProgram, 'wait'] }, signal);
      if (triesSocket) withoutSocket.add(engine);
      return new PackedSession(engine, { helper, line: execLine(engine, helper.id), volumes });
    },
  };
}

/** Only there do containers share the kernel with this program; a forwarded socket leads elsewhere, which shows when it is tried. */
function mayBeNear({ endpoint }: Engine): boolean {
  return process.platform === 'linux' && endpoint.address.startsWith('unix://');
}

async function startHelper(engine: Engine, spec: HelperSpec, signal: AbortSignal | undefined): Promise<Helper> {
  const helper = await createHelper(engine, spec, { signal });
  try {
    await engine.containers.start(helper.id, { signal });
    return helper;
  } catch (error) {
    await helper.remove({ signal: cleanupSignal() });
    throw error;
  }
}

/** Undefined where nothing can listen, or the container can't have the directory mounted or can't connect: it ends then. */
async function openBySocket(engine: Engine, spec: HelperSpec, signal: AbortSignal | undefined): Promise<VolumeSession | undefined> {
  const line = await SocketLine.listen().catch(() => undefined);
  if (!line) return undefined;
  let helper: Helper | undefined;
  let session: VolumeSession | undefined;
  try {
    helper = await startHelper(engine, { ...spec, command: [helperProgram, ...line.command], mount: line.mount }, signal);
    if (await isConnected(engine, { line, helper }, signal)) session = new PackedSession(engine, { helper, line, volumes: spec.volumes });
  } catch (error) {
    if (!(error instanceof Fault) || !mountRefusals.includes(error.problem.code)) throw error;
  } finally {
    if (!session) {
      await helper?.remove({ signal: cleanupSignal() });
      await line.close();
    }
  }
  return session;
}

/** False when the container ends instead. */
async function isConnected(engine: Engine, { line, helper }: { readonly line: SocketLine; readonly helper: Helper }, signal: AbortSignal | undefined): Promise<boolean> {
  const connected = new AbortController();
  const ended = engine.containers.wait(helper.id, { signal: signal ? AbortSignal.any([signal, connected.signal]) : connected.signal });
  try {
    return await Promise.race([line.connected().then(() => true), ended.then(() => false)]);
  } finally {
    connected.abort();
  }
}

interface Held {
  readonly helper: Helper;
  readonly line: HelperLine;
  readonly volumes: readonly string[];
}

class PackedSession implements VolumeSession {
  readonly format = 'packed';
  readonly #helper: Helper;
  readonly #line: HelperLine;
  readonly #archive: ArchiveSession;
  /** By volume: readings that have been started and not been asked for. */
  readonly #waiting = new Map<string, Promise<StartedReading>>();

  constructor(engine: Engine, { helper, line, volumes }: Held) {
    this.#helper = helper;
    this.#line = line;
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
    const input = new PassThrough();
    return { ...(await this.#line.run('capture', this.#directoryOf(volume), { input, signal })), input };
  }

  write(volume: string, tar: AsyncIterable<Buffer>, options?: Cancellable): Promise<void> {
    return this.#archive.write(volume, tar, options);
  }

  async apply(volume: string, instructions: AsyncIterable<Buffer>, { signal }: Cancellable = {}): Promise<void> {
    const input = Readable.from(instructions, { objectMode: false, highWaterMark: sentAhead });
    // Destroyed by a failure of the instructions, which is the one to tell then.
    const failed = new Promise<never>((_resolve, reject) => input.once('error', reject));
    failed.catch(() => undefined);
    let ended: HelperExit;
    try {
      const { output, exit } = await this.#line.run('apply', this.#directoryOf(volume), { input, signal });
      output.resume();
      ended = await Promise.race([exit, failed]);
    } catch (error) {
      throw input.errored ?? error;
    } finally {
      // Whoever sends the instructions waits until they are taken, or nobody takes them any more.
      input.destroy();
    }
    if (ended.code !== 0) throw ended.code === damagedExit ? contentDamaged(ended.errors) : notWritten(volume, ended.errors);
  }

  async close(options?: Cancellable): Promise<void> {
    await this.#line.close();
    await this.#helper.remove(options);
  }

  #directoryOf(volume: string): string {
    return `${mountRoot}/${this.rootOf(volume)}`;
  }
}

interface StartedReading extends HelperRun {
  readonly input: PassThrough;
}

async function* readRecords(volume: string, started: Promise<StartedReading>, known: Buffer): AsyncGenerator<Buffer> {
  const { output, input, exit } = await started;
  input.end(known);
  yield* output as AsyncIterable<Buffer>;
  const { code, errors } = await exit;
  if (code !== 0) throw helperFailed(volume, errors);
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

import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { abortReason } from '../../base/abort-reason.ts';
import { isAlive, ownIdentity, processIdentity } from '../store/process-identity.ts';
import { type HelperExit, type HelperInput, type HelperLine, type HelperRun, maxErrorBytes } from './helper-line.ts';
import { lineLost, LineServer } from './line-server.ts';

const directoryPrefix = 'slipway-line-';
const socketName = 'line';
const ownerName = 'owner.json';
/** Where the helper has the socket's directory. */
const target = '/slipway';

/**
 * The way to a helper on this machine: it connects to a socket in a directory that it has mounted, and what it reads and
 * writes does not pass through the engine, which copies everything several times (src/volume-helper/WIRE.md, "Socket").
 */
export class SocketLine implements HelperLine {
  readonly #directory: string;
  readonly #server = new LineServer();
  /** Expected from the beginning: the helper may connect before its start has been answered. */
  readonly #orders = this.#server.next('orders 0');
  #count = 0;

  private constructor(directory: string) {
    this.#directory = directory;
    // Whoever waits for it hears of its failure.
    this.#orders.catch(() => undefined);
  }

  /** Listens in a directory that nobody but this user may enter. Raises what the operating system says against it. */
  static async listen(): Promise<SocketLine> {
    await removeAbandoned();
    const line = new SocketLine(await mkdtemp(path.join(tmpdir(), directoryPrefix)));
    try {
      await writeFile(path.join(line.#directory, ownerName), JSON.stringify(await ownIdentity()));
      await line.#server.listen(path.join(line.#directory, socketName));
      return line;
    } catch (error) {
      await line.close();
      throw error;
    }
  }

  /** What the helper's container has to have mounted. */
  get mount(): { readonly source: string; readonly target: string } {
    return { source: this.#directory, target };
  }

  /** What the helper has to be told to do. */
  get command(): readonly string[] {
    return ['serve', `${target}/${socketName}`];
  }

  /** Resolves when the helper has connected. */
  async connected(): Promise<void> {
    const orders = await this.#orders;
    // Without it nobody else will connect, nor does what is under way come to an end.
    orders.on('close', () => this.#server.close()).resume();
  }

  async run(command: string, directory: string, { input, signal }: HelperInput): Promise<HelperRun> {
    const number = this.#count++;
    const connections = Promise.all([this.#server.next(`content ${number}`, { signal }), this.#server.next(`errors ${number}`, { signal })]);
    connections.catch(() => undefined);
    (await this.#orders).write(`${number} ${command} ${directory}\n`);
    const [content, errors] = await connections;
    input.on('error', (error) => content.destroy(error)).pipe(content);
    const abort = (): void => {
      content.destroy(signal && abortReason(signal));
      errors.destroy();
    };
    signal?.addEventListener('abort', abort, { once: true });
    const exit = exitOf(errors, signal).finally(() => signal?.removeEventListener('abort', abort));
    // Whoever reads the output hears of the failure there.
    exit.catch(() => undefined);
    return { output: content, exit };
  }

  async close(): Promise<void> {
    this.#server.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Removes the directories that killed processes left. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(directoryPrefix)) continue;
    const directory = path.join(tmpdir(), name);
    if (!(await isOwned(directory))) await rm(directory, { recursive: true, force: true });
  }
}

/** Also what another user made, or what is just being made. */
async function isOwned(directory: string): Promise<boolean> {
  try {
    if ((await lstat(directory)).uid !== process.getuid?.()) return true;
    const owner: unknown = JSON.parse(await readFile(path.join(directory, ownerName), 'utf8'));
    return await isAlive(processIdentity.parse(owner));
  } catch {
    return true;
  }
}

/** What the command wrote before a zero byte, and the status it told after it. */
async function exitOf(connection: Socket, signal: AbortSignal | undefined): Promise<HelperExit> {
  let errors = '';
  let told: string | undefined;
  try {
    for await (const piece of connection as AsyncIterable<Buffer>) {
      const [text = '', status] = piece.toString('utf8').split('\0');
      if (told === undefined) errors = `${errors}${text}`.slice(0, maxErrorBytes);
      else told += text;
      told = status ?? told;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw lineLost(error);
  }
  signal?.throwIfAborted();
  if (!told?.endsWith('\n')) throw lineLost();
  return { code: Number(told), errors };
}

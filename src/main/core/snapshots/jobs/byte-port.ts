import type { MessagePort } from 'node:worker_threads';
import { fromWire, toWire, type WireError } from './wire-error.ts';

/** Bytes travel in blocks of up to this size, moved (not copied) between the threads. */
const blockBytes = 512 * 1024;
/** Blocks under way at once: what a slow receiver makes a fast sender hold. */
const window = 8;

type ToReceiver = { readonly block: Uint8Array } | { readonly end: true } | { readonly failed: WireError };
/** `credit` allows one more block; `stop` says that nobody reads on. */
type ToSender = 'credit' | 'stop';

/** Sends everything to `receiveBytes` at the other end; a failure of `bytes` is raised there. Never rejects. */
export async function sendBytes(port: MessagePort, bytes: AsyncIterable<Buffer>): Promise<void> {
  const state: { credit: number; stopped: boolean; wake?: () => void } = { credit: window, stopped: false };
  const stop = (): void => {
    state.stopped = true;
    state.wake?.();
  };
  port.on('message', (message: ToSender) => {
    if (message === 'stop') stop();
    state.credit += 1;
    state.wake?.();
  });
  port.on('close', stop);
  const post = (message: ToReceiver, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);
  const block = new BlockFiller();
  const send = async (full: Uint8Array<ArrayBuffer>): Promise<void> => {
    while (state.credit === 0 && !state.stopped) await new Promise<void>((resolve) => (state.wake = resolve));
    state.credit -= 1;
    if (!state.stopped) post({ block: full }, [full.buffer]);
  };
  try {
    for await (const piece of bytes) {
      for (const full of block.add(piece)) await send(full);
      if (state.stopped) break;
      // A receiver that waits for work gets what there is.
      if (state.credit >= window && !block.isEmpty) await send(block.takePart());
    }
    const rest = block.rest();
    if (rest.length > 0) await send(rest);
    post({ end: true });
  } catch (error) {
    post({ failed: toWire(error) });
  }
}

/** What `sendBytes` at the other end sends. */
export async function* receiveBytes(port: MessagePort): AsyncGenerator<Buffer, void, void> {
  const arrived: ToReceiver[] = [];
  const state: { closed: boolean; wake?: () => void } = { closed: false };
  port.on('message', (message: ToReceiver) => {
    arrived.push(message);
    state.wake?.();
  });
  port.on('close', () => {
    state.closed = true;
    state.wake?.();
  });
  const post = (message: ToSender): void => port.postMessage(message);
  try {
    for (;;) {
      const message = arrived.shift();
      if (message === undefined) {
        if (state.closed) throw new Error('the sending thread ended');
        await new Promise<void>((resolve) => (state.wake = resolve));
      } else if ('block' in message) {
        yield asBuffer(message.block);
        post('credit');
      } else if ('failed' in message) {
        throw fromWire(message.failed);
      } else {
        return;
      }
    }
  } finally {
    post('stop');
    port.close();
  }
}

/** The same bytes, as what arrives from another thread is no Buffer any more. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Gathers pieces of any size into blocks that own their memory. */
class BlockFiller {
  #block = new Uint8Array(blockBytes);
  #filled = 0;

  *add(piece: Buffer): Generator<Uint8Array<ArrayBuffer>> {
    let at = 0;
    while (at < piece.length) {
      const part = piece.subarray(at, at + blockBytes - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === blockBytes) yield this.rest();
    }
  }

  get isEmpty(): boolean {
    return this.#filled === 0;
  }

  /** What there is, as a copy: the space stays for what comes next. */
  takePart(): Uint8Array<ArrayBuffer> {
    const part = this.#block.slice(0, this.#filled);
    this.#filled = 0;
    return part;
  }

  rest(): Uint8Array<ArrayBuffer> {
    const full = this.#block.subarray(0, this.#filled);
    this.#block = new Uint8Array(blockBytes);
    this.#filled = 0;
    return full;
  }
}

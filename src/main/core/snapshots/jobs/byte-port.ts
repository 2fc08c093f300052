import type { MessagePort } from 'node:worker_threads';
import { fromWire, toWire, type WireError } from './wire-error.ts';

/** Bytes travel in blocks of up to this size, moved (not copied) between the threads. */
const blockBytes = 512 * 1024;
/** Pieces from this size on that may be moved travel as they are, in bytes: a message costs as much as copying so many. */
const movedFrom = 32 * 1024;
/** Bytes under way at once, and a block more: what a slow receiver makes a fast sender hold. */
const window = 4 * 1024 * 1024;

type ToReceiver = { readonly block: Uint8Array } | { readonly end: true } | { readonly failed: WireError };
/** So many bytes have been taken; or nobody reads on. */
type ToSender = number | 'stop';

export interface Sending {
  /** Nobody else uses the pieces' memory: large ones need not be copied. */
  readonly moves?: boolean | undefined;
}

/** Sends everything to `receiveBytes` at the other end; a failure of `bytes` is raised there. Never rejects. */
export async function sendBytes(port: MessagePort, bytes: AsyncIterable<Buffer>, { moves = false }: Sending = {}): Promise<void> {
  const state: { underWay: number; stopped: boolean; wake?: () => void } = { underWay: 0, stopped: false };
  const stop = (): void => {
    state.stopped = true;
    state.wake?.();
  };
  port.on('message', (message: ToSender) => {
    if (message === 'stop') stop();
    else state.underWay -= message;
    state.wake?.();
  });
  port.on('close', stop);
  const post = (message: ToReceiver, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);
  const block = new BlockFiller();
  const send = async (full: Uint8Array<ArrayBuffer>): Promise<void> => {
    while (state.underWay >= window && !state.stopped) await new Promise<void>((resolve) => (state.wake = resolve));
    state.underWay += full.length;
    if (!state.stopped) post({ block: full }, [full.buffer]);
  };
  try {
    for await (const piece of bytes) {
      if (moves && isMovable(piece)) {
        if (!block.isEmpty) await send(block.takePart());
        await send(piece);
      } else {
        for (const full of block.add(piece)) await send(full);
      }
      if (state.stopped) break;
      // A receiver that waits for work gets what there is.
      if (state.underWay === 0 && !block.isEmpty) await send(block.takePart());
    }
    if (!block.isEmpty) await send(block.rest());
    post({ end: true });
  } catch (error) {
    post({ failed: toWire(error) });
  }
}

/** Large, and alone in its memory. */
function isMovable(piece: Uint8Array): piece is Uint8Array<ArrayBuffer> {
  return piece.length >= movedFrom && piece.length === piece.buffer.byteLength && piece.buffer instanceof ArrayBuffer;
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
        const { byteLength } = message.block;
        yield asBuffer(message.block);
        post(byteLength);
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

import { createServer, type Server, type Socket } from 'node:net';
import type { Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { Fault } from '../../base/fault.ts';

/** Bytes that the first line of a connection may have. */
const maxPurpose = 64;

interface Waiting {
  readonly resolve: (socket: Socket) => void;
  readonly reject: (error: Error) => void;
}

/** Listens on a Unix socket for connections that begin with a line saying what they are for; others are cut off. */
export class LineServer {
  readonly #server: Server = createServer({ allowHalfOpen: true }, (socket) => this.#greet(socket));
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Map<string, Waiting>();
  #isClosed = false;

  async listen(path: string): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(path, resolve));
  }

  /** The next connection for a purpose. Rejects with `engine.lost` when the server is closed first. */
  next(purpose: string, { signal }: Cancellable = {}): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        this.#waiting.delete(purpose);
        signal?.removeEventListener('abort', abort);
        then();
      };
      const abort = (): void => settle(() => signal && reject(abortReason(signal)));
      this.#waiting.set(purpose, { resolve: (socket) => settle(() => resolve(socket)), reject: (error) => settle(() => reject(error)) });
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      else if (this.#isClosed) settle(() => reject(lineLost()));
    });
  }

  /** Cuts all connections off. */
  close(): void {
    this.#isClosed = true;
    this.#server.close();
    for (const { reject } of [...this.#waiting.values()]) reject(lineLost());
    for (const socket of this.#sockets) socket.destroy();
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // Whoever uses the connection hears of it, too.
    socket.on('error', () => undefined);
    let line = Buffer.alloc(0);
    const read = (): void => {
      const piece = socket.read() as Buffer | null;
      if (piece === null) return;
      line = Buffer.concat([line, piece]);
      const end = line.indexOf('\n');
      if (end < 0 && line.length < maxPurpose) return;
      socket.off('readable', read);
      const waiting = this.#waiting.get(line.toString('utf8', 0, Math.max(0, end)));
      if (!waiting) {
        socket.destroy();
        return;
      }
      if (end + 1 < line.length) socket.unshift(line.subarray(end + 1));
      waiting.resolve(socket);
    };
    socket.on('readable', read);
  }
}

/** The helper's side of the line is gone. */
export function lineLost(cause?: unknown): Fault {
  const problem = {
    code: 'engine.lost',
    message: 'The engine ended the container that works on the volumes.',
    hint: 'Check that the engine still runs and has memory left, then try again.',
  } as const;
  return new Fault(problem, { cause });
}

import { createServer, type Server } from 'node:net';
import { sleep, type Cancellable } from '../../base/abort.ts';

const pauseMs = 100;

/**
 * Runs `work` while no other process of this machine runs anything under the same name. The lock is a Linux abstract
 * socket: it vanishes with its holder, however that ends, so there is never a stale one.
 */
export async function takeTurn<T>(name: string, { signal }: Cancellable, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const lock = await listen(name);
    if (lock) {
      try {
        return await work();
      } finally {
        await new Promise((resolve) => lock.close(resolve));
      }
    }
    await sleep(pauseMs, { signal });
  }
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: `\0${name}` }, () => resolve(server));
  });
}

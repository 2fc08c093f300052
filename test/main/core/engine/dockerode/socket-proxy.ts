import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { makeTempDir, removeTempDir } from '../../../../support/temp.ts';

/** A door in front of a daemon's socket, through which a test sees connections and can cut them. */
export interface SocketProxy {
  readonly address: string;
  /** Connections that are open now. */
  open(): number;
  /** Cuts every connection and takes no new ones until `reopen`. */
  cut(): Promise<void>;
  reopen(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSocketProxy(target: string): Promise<SocketProxy> {
  const directory = await makeTempDir('proxy');
  const listenAt = path.join(directory, 'proxy.sock');
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const reopen = async (): Promise<void> => {
    const fresh = createServer((near) => pass(near, target, sockets));
    await new Promise<void>((resolve) => fresh.listen(listenAt, resolve));
    server = fresh;
  };
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await reopen();
  return {
    address: `unix://${listenAt}`,
    open: () => sockets.size,
    cut,
    reopen,
    stop: async () => {
      await cut();
      await removeTempDir(directory);
    },
  };
}

/** The same over TCP with TLS; resolves with the port. */
export async function startTlsDoor(target: string, options: TlsOptions): Promise<{ port: number; stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createTlsServer(options, (near) => pass(near, target, sockets));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: typeof address === 'object' && address ? address.port : 0, stop };
}

function pass(near: Socket, target: string, sockets: Set<Socket>): void {
  const far = connect({ path: target, allowHalfOpen: true });
  sockets.add(near);
  near.allowHalfOpen = true;
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
    one.pipe(other);
  }
  near.on('close', () => sockets.delete(near));
}

import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createProxyServer } from 'httpxy';
import { Fault } from '../../base/fault.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { noAnswerPage, unknownHostPage } from './proxy-pages.ts';
import { type ProxyRoute, routeFor } from './proxy-routes.ts';

export interface ProxyServerOptions {
  readonly port: number;
  /** Present: the same port speaks TLS, too. */
  readonly authority?: CertificateAuthority;
}

/** Only this machine reaches it, by either loopback address. */
const addresses = ['127.0.0.1', '::1'] as const;
/** First byte of a TLS handshake (RFC 8446, 5.1). */
const handshake = 22;

/** A web server on one port that hands each request, by its `Host`, on to a service: HTTP, WebSocket, and TLS on wish. */
export class ProxyServer {
  #routes: readonly ProxyRoute[] = [];
  readonly #options: ProxyServerOptions;
  readonly #http: HttpServer;
  readonly #listening: NetServer[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #proxy = createProxyServer({ xfwd: true, secure: false });

  constructor(options: ProxyServerOptions) {
    this.#options = options;
    this.#http = createHttpServer((request, response) => this.#web(request, response));
    this.#http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => this.#upgrade(request, socket, head));
    this.#proxy.on('error', (_error, request, response) => this.#fail(request, response));
  }

  setRoutes(routes: readonly ProxyRoute[]): void {
    this.#routes = routes;
  }

  /** Raises `port.conflict` when the port is taken, `port.invalid` when this user may not use it. */
  async listen(): Promise<void> {
    const { port } = this.#options;
    try {
      for (const host of addresses) {
        const server = createNetServer((socket) => this.#accept(socket));
        const listening = await listenOn(server, host, port);
        if (listening) this.#listening.push(server);
      }
    } catch (error) {
      await this.close();
      throw cannotListen(port, error);
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#listening.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }

  /** One port for both: what a client says first tells which it speaks. */
  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      if (!first) return;
      socket.unshift(first);
      const { authority } = this.#options;
      if (first[0] !== handshake) this.#http.emit('connection', socket);
      else if (authority) this.#secure(socket, authority);
      else socket.destroy();
    });
  }

  #secure(socket: Socket, authority: CertificateAuthority): void {
    const secured = new TLSSocket(socket, {
      isServer: true,
      SNICallback: (name, done) => {
        // Names that lead nowhere get a certificate, too: else a browser could not show the page that lists the others.
        const mine = name === 'localhost' || name.endsWith('.localhost');
        if (mine) authority.contextFor(name).then((context) => done(null, context), done);
        else done(new Error(`no certificate for ${name}`));
      },
    });
    secured.on('error', () => socket.destroy());
    this.#http.emit('connection', secured);
  }

  #web(request: IncomingMessage, response: ServerResponse): void {
    const route = routeFor(this.#routes, request.headers.host);
    if (!route) {
      const secure = request.socket instanceof TLSSocket;
      const origin = ({ host }: ProxyRoute): string => `${secure ? 'https' : 'http'}://${host}:${this.#options.port}/`;
      send(response, 404, unknownHostPage(request.headers.host ?? '', this.#routes, origin));
      return;
    }
    this.#proxy.web(request, response, { target: route.target }).catch(() => this.#fail(request, response));
  }

  #fail(request: IncomingMessage | undefined, response: ServerResponse | Socket | undefined): void {
    const route = routeFor(this.#routes, request?.headers.host);
    if (route && response && 'headersSent' in response && !response.headersSent) send(response, 502, noAnswerPage(route));
    else response?.destroy();
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const route = routeFor(this.#routes, request.headers.host);
    if (!route) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      return;
    }
    this.#proxy.ws(request, socket, { target: route.target }, head).catch(() => socket.destroy());
  }
}

function send(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
}

/** False where the machine has no such address: some have no IPv6. */
function listenOn(server: NetServer, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT' ? resolve(false) : reject(error)));
    server.listen({ host, port, ipv6Only: true, exclusive: true }, () => resolve(true));
  });
}

function cannotListen(port: number, error: unknown): Fault {
  const denied = (error as NodeJS.ErrnoException).code === 'EACCES';
  return new Fault(
    {
      code: denied ? 'port.invalid' : 'port.conflict',
      message: denied ? `You may not listen on port ${port}.` : `Port ${port} for the local names is taken.`,
      hint: denied ? 'Choose a port of 1024 or higher for them.' : 'Choose another port for them, or stop what uses it.',
      detail: String(error),
      data: { hostPort: port },
    },
    { cause: error },
  );
}

import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to do with one request instead of passing it on. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Cuts the connection after so many bytes of the request's body, all before which are passed on. */
  | { readonly kind: 'drop-request'; readonly afterBytes: number }
  /** Cuts the connection after so many bytes of the answer's body. */
  | { readonly kind: 'drop-answer'; readonly afterBytes: number }
  /** Turns one bit of the answer's body over. */
  | { readonly kind: 'flip-answer' }
  /** Never answers. */
  | { readonly kind: 'silence' };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body that came. */
  bytes: number;
}

export interface FaultProxy {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly requests: readonly SeenRequest[];
  stop(): Promise<void>;
}

/** A reverse proxy before a registry that does it harm: `fault` is asked about each request, with how many came before. */
export async function startFaultProxy(target: string, fault: (seen: SeenRequest, count: number) => Fault | undefined): Promise<FaultProxy> {
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const seen: SeenRequest = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, bytes: 0 };
    requests.push(seen);
    incoming.on('error', () => undefined);
    outgoing.on('error', () => undefined);
    const wrong = fault(seen, requests.length - 1);
    if (wrong?.kind === 'silence') return;
    if (wrong?.kind === 'answer') {
      incoming.resume();
      outgoing.writeHead(wrong.status, wrong.headers).end();
      return;
    }
    passOn(target, { incoming, outgoing, seen, wrong });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function passOn(
  target: string,
  { incoming, outgoing, seen, wrong }: { incoming: IncomingMessage; outgoing: ServerResponse; seen: SeenRequest; wrong: Fault | undefined },
): void {
  const [hostname, port] = target.split(':');
  const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
    let bytes = 0;
    answer.on('error', () => outgoing.destroy());
    answer.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (wrong?.kind === 'flip-answer' && bytes === piece.length) piece[0] = (piece[0] ?? 0) ^ 1;
      if (wrong?.kind === 'drop-answer' && bytes > wrong.afterBytes) {
        outgoing.write(piece.subarray(0, Math.max(0, piece.length - (bytes - wrong.afterBytes))), () => outgoing.destroy());
        answer.destroy();
        return;
      }
      outgoing.write(piece);
    });
    answer.on('end', () => outgoing.end());
  });
  onward.on('error', () => outgoing.destroy());
  incoming.on('data', (piece: Buffer) => {
    seen.bytes += piece.length;
    if (wrong?.kind === 'drop-request' && seen.bytes > wrong.afterBytes) {
      onward.destroy();
      outgoing.destroy();
      incoming.destroy();
      return;
    }
    onward.write(piece);
  });
  incoming.on('end', () => onward.end());
}

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { type Cancellable, sleep, withTimeout } from '../base/abort.ts';
import { abortReason } from '../base/abort-reason.ts';
import { isAbort } from '../base/fault.ts';

export interface ProbedAddress {
  readonly hostIp: string;
  readonly hostPort: number;
}

export interface PortProbe {
  /** Somebody accepts connections and keeps them. */
  readonly answers: boolean;
  /** What it said when asked for `/`, where it speaks HTTP. */
  readonly http?: { readonly tls: boolean; readonly status: number; readonly title?: string };
}

const connectMs = 1_000;
/**
 * An engine's proxy accepts every connection and closes it when nobody listens in the container; a server that waits
 * for its client to speak keeps it open this long.
 */
const keptOpenMs = 100;
/** By then an engine's proxy has mostly found out that nobody listens, in milliseconds. */
const refusedMs = 20;
const httpMs = 2_000;
const longestPage = 64 * 1024;

/**
 * Tries a TCP port as a client would: connects and, where `http` says so, asks for `/` by HTTP and HTTPS first. Servers
 * of other protocols are not talked to, since they would log what they take for a broken client.
 */
export async function probePort(address: ProbedAddress, { signal, http = true }: Cancellable & { readonly http?: boolean } = {}): Promise<PortProbe> {
  if (!http) return { answers: await acceptsConnection(address, { signal }) };
  const accepting = acceptsConnection(address, { signal });
  // Behind a dead mapping the connection is closed at once: then there is nobody to ask.
  const early = await Promise.race([accepting, sleep(refusedMs, { signal })]);
  if (early === false) return { answers: false };
  // From here on it is waited for only where nothing speaks HTTP.
  accepting.catch(() => undefined);
  const plain = await ask(address, false, signal);
  if (plain === undefined && !(await accepting)) return { answers: false };
  // A TLS server answers plain HTTP with nothing, or with 400 and a page that says so.
  const answer = plain === undefined || plain.status === 400 ? ((await ask(address, true, signal)) ?? plain) : plain;
  return { answers: true, ...(answer ? { http: answer } : {}) };
}

/** Whether somebody accepts connections there and keeps them. Says nothing to whoever does. */
export function acceptsConnection(address: ProbedAddress, { signal }: Cancellable = {}): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connect({ ...target(address), signal, timeout: connectMs });
    const done = (answers: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answers);
    };
    let timer: NodeJS.Timeout | undefined;
    socket.once('connect', () => (timer = setTimeout(() => done(true), keptOpenMs)));
    socket.once('data', () => done(true));
    socket.once('end', () => done(false));
    socket.once('timeout', () => done(false));
    socket.on('error', (error) => {
      if (isAbort(error)) reject(error);
      else done(false);
    });
  });
}

/** Whatever certificate it shows is fine: nothing is sent but the question. */
function ask(address: ProbedAddress, tls: boolean, signal: AbortSignal | undefined): Promise<NonNullable<PortProbe['http']> | undefined> {
  return new Promise((resolve, reject) => {
    const { host, port } = target(address);
    const options = { host, port, path: '/', signal: withTimeout(signal, httpMs), agent: false, headers: { connection: 'close', accept: 'text/html,*/*' } };
    const asked = tls ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    const nothing = (): void => {
      if (signal?.aborted) reject(abortReason(signal));
      else resolve(undefined);
    };
    asked.once('error', nothing);
    asked.once('response', (response) => {
      let page = '';
      const answer = (): void => {
        const title = titleOf(page);
        resolve({ tls, status: response.statusCode ?? 0, ...(title === undefined ? {} : { title }) });
        response.destroy();
      };
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        page += chunk;
        if (page.length > longestPage || titleOf(page) !== undefined) answer();
      });
      response.once('end', answer);
      response.once('error', answer);
    });
    asked.end();
  });
}

function titleOf(page: string): string | undefined {
  const text = /<title[^>]*>([^<]*)<\/title>/i.exec(page)?.[1]?.replaceAll(/\s+/g, ' ').trim();
  return text === undefined || text === '' ? undefined : text;
}

function target({ hostIp, hostPort }: ProbedAddress): { host: string; port: number } {
  const everywhere: Readonly<Record<string, string>> = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };
  return { host: everywhere[hostIp] ?? hostIp, port: hostPort };
}

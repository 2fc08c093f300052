import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Cancellable } from '../base/abort.ts';
import { abortReason } from '../base/abort-reason.ts';

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
 * Tries a TCP port as a client would: connects and, where `http` says so, asks for `/` by HTTP and then by HTTPS.
 * Servers of other protocols are not talked to, since they would log what they take for a broken client.
 */
export async function probePort(address: ProbedAddress, { signal, http = true }: Cancellable & { readonly http?: boolean } = {}): Promise<PortProbe> {
  if (!http) return { answers: await acceptsConnection(address, { signal }) };
  // Behind a dead mapping the connection is closed at once: then there is nobody to ask.
  const socket = await openConnection(address, refusedMs, signal);
  if (socket === 'refused') return { answers: false };
  if (socket === 'spoke') return { answers: true };
  const plain = await ask(address, socket, signal);
  if (plain === undefined && !(await acceptsConnection(address, { signal }))) return { answers: false };
  // A TLS server answers plain HTTP with nothing, or with 400 and a page that says so.
  const answer = plain === undefined || plain.status === 400 ? ((await ask(address, 'tls', signal)) ?? plain) : plain;
  return { answers: true, ...(answer ? { http: answer } : {}) };
}

/** Whether somebody accepts connections there and keeps them. Says nothing to whoever does. */
export async function acceptsConnection(address: ProbedAddress, { signal }: Cancellable = {}): Promise<boolean> {
  const socket = await openConnection(address, keptOpenMs, signal);
  if (typeof socket !== 'string') socket.destroy();
  return socket !== 'refused';
}

/** A connection that was kept open for `keptMs`; `spoke`: the server began to talk, and the connection is closed. */
function openConnection(address: ProbedAddress, keptMs: number, signal: AbortSignal | undefined): Promise<Socket | 'refused' | 'spoke'> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const socket = connect(target(address));
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('data', spoke).off('end', refused);
    };
    const close = (outcome: 'refused' | 'spoke'): void => {
      settle();
      socket.destroy();
      resolve(outcome);
    };
    const refused = (): void => close('refused');
    const spoke = (): void => close('spoke');
    const abort = (): void => {
      settle();
      socket.destroy();
      if (signal) reject(abortReason(signal));
    };
    const keep = (): void => {
      settle();
      resolve(socket);
    };
    let timer = setTimeout(refused, connectMs);
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      clearTimeout(timer);
      timer = setTimeout(keep, keptMs);
    });
    socket.once('data', spoke);
    socket.once('end', refused);
    // Stays: whoever takes the connection over hears of errors by its own means.
    socket.on('error', refused);
  });
}

/** Asks over an open connection, or over TLS on one of its own. Whatever certificate is shown is fine: nothing is sent but the question. */
function ask(address: ProbedAddress, over: Socket | 'tls', signal: AbortSignal | undefined): Promise<NonNullable<PortProbe['http']> | undefined> {
  return new Promise((resolve, reject) => {
    const options = { ...target(address), path: '/', headers: { connection: 'close', accept: 'text/html,*/*' } };
    const asked =
      over === 'tls' ? httpsRequest({ ...options, agent: false, rejectUnauthorized: false }) : httpRequest({ ...options, createConnection: () => over });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      asked.destroy();
    };
    const done = (answer: NonNullable<PortProbe['http']> | undefined): void => {
      settle();
      resolve(answer);
    };
    const abort = (): void => {
      settle();
      if (signal) reject(abortReason(signal));
    };
    const timer = setTimeout(() => done(undefined), httpMs);
    signal?.addEventListener('abort', abort, { once: true });
    asked.on('error', () => done(undefined));
    asked.once('response', (response) => readAnswer(response, over === 'tls', done));
    asked.end();
    if (signal?.aborted) abort();
  });
}

function readAnswer(response: IncomingMessage, tls: boolean, done: (answer: NonNullable<PortProbe['http']>) => void): void {
  let page = '';
  const answer = (): void => {
    const title = titleOf(page);
    done({ tls, status: response.statusCode ?? 0, ...(title === undefined ? {} : { title }) });
  };
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    page += chunk;
    if (page.length > longestPage || titleOf(page) !== undefined) answer();
  });
  response.once('end', answer);
  response.on('error', answer);
}

function titleOf(page: string): string | undefined {
  const text = /<title[^>]*>([^<]*)<\/title>/i.exec(page)?.[1]?.replaceAll(/\s+/g, ' ').trim();
  return text === undefined || text === '' ? undefined : text;
}

function target({ hostIp, hostPort }: ProbedAddress): { host: string; port: number } {
  const everywhere: Readonly<Record<string, string>> = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };
  return { host: everywhere[hostIp] ?? hostIp, port: hostPort };
}

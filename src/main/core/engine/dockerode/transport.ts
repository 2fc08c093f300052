import { type Agent, IncomingMessage } from 'node:http';
import { addAbortSignal, type Duplex, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import Dockerode from 'dockerode';
import type { Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { Fault } from '../../base/fault.ts';
import { parseEndpointAddress } from '../endpoint-address.ts';
import type { EngineEndpoint } from '../engine.ts';
import { createAgent } from './agent.ts';
import type { Attempt } from './attempt.ts';
import { connectionFault } from './connection-fault.ts';
import { refusalFault } from './refusal-fault.ts';

export interface EngineRequest extends Cancellable {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Without the version prefix; parts are already encoded. */
  readonly path: string;
  /** `undefined` is left out, an array repeats its key, an object goes as JSON. */
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: object;
  readonly upload?: Readable;
  /** A list is sent as one header for each value. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly attempt: Attempt;
}

/** Everything counts as an answer for docker-modem: telling good from bad is done here, with the daemon's own text. */
const everyStatus = new Proxy<Record<number, boolean>>({}, { get: () => true });

/**
 * Calls to one daemon, over dockerode's modem. Hides that it changes the options it is given, reads DOCKER_HOST by
 * itself, and loses status and body of failures.
 */
export class Transport {
  readonly endpoint: EngineEndpoint;
  private readonly agent: Agent;
  private readonly modem: Dockerode['modem'];
  private readonly upgraded = new Set<Duplex>();
  private prefix = '';
  private closed = false;

  constructor(endpoint: EngineEndpoint) {
    this.endpoint = endpoint;
    this.agent = createAgent(endpoint);
    this.modem = createModem(endpoint, this.agent);
  }

  /** From here on calls go to this API version, e.g. `1.41`. */
  useVersion(apiVersion: string): void {
    this.prefix = `/v${apiVersion}`;
  }

  /** The body of a successful answer as text. */
  async text(request: EngineRequest): Promise<string> {
    const response = await this.stream(request);
    return this.told(request, () => text(response));
  }

  /** The body of a successful answer, parsed. The caller states the type that the API's documentation gives. */
  async json<T>(request: EngineRequest): Promise<T> {
    return JSON.parse(await this.text(request)) as T;
  }

  /** For calls of which only success matters. */
  async run(request: EngineRequest): Promise<void> {
    await this.text(request);
  }

  /** For removals: what is gone already is as good as removed. */
  async runUnlessGone(request: EngineRequest): Promise<void> {
    try {
      await this.run(request);
    } catch (error) {
      const gone = error instanceof Fault && error.problem.code === request.attempt.missing;
      if (!gone) throw error;
    }
  }

  /** A successful answer whose body is still to be read; it is destroyed when the signal aborts. */
  async stream(request: EngineRequest): Promise<IncomingMessage> {
    const response = (await this.told(request, () => this.dial(request, false))) as IncomingMessage;
    // Whoever reads the body hears of its failure; an unread one must not bring the process down.
    response.on('error', () => undefined);
    if (request.signal) addAbortSignal(request.signal, response);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 400) return response;
    const said = await this.told(request, () => text(response));
    // A refused upload would go on for as long as its source has bytes.
    if (request.upload) response.destroy();
    throw refusalFault({ status, text: messageOf(said) }, request.attempt);
  }

  /** Turns the connection into a raw two-way stream (attach, exec). */
  async upgrade(request: EngineRequest): Promise<Duplex> {
    const answer = await this.told(request, () => this.dial(request, true));
    if (answer instanceof IncomingMessage) {
      const status = answer.statusCode ?? 0;
      const said = await this.told(request, () => text(answer));
      throw refusalFault({ status, text: messageOf(said) }, request.attempt);
    }
    const socket = answer;
    socket.on('error', () => undefined);
    if (request.signal) addAbortSignal(request.signal, socket);
    this.upgraded.add(socket);
    socket.once('close', () => this.upgraded.delete(socket));
    return socket;
  }

  /** Runs a step that reads from the daemon and tells its failure in our terms: abort, Fault, or a broken connection. */
  async told<T>(request: Pick<EngineRequest, 'attempt' | 'signal'>, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      throw this.failure(error, request);
    }
  }

  failure(error: unknown, { attempt, signal }: Pick<EngineRequest, 'attempt' | 'signal'>): Error {
    if (signal?.aborted) return abortReason(signal);
    return connectionFault(error, this.endpoint, attempt);
  }

  close(): void {
    this.closed = true;
    this.agent.destroy();
    for (const socket of this.upgraded) socket.destroy();
  }

  private dial(request: EngineRequest, hijack: boolean): Promise<IncomingMessage | Duplex> {
    const { method = 'GET', path, query = {}, body = {}, upload, headers, attempt, signal } = request;
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    if (this.closed) return Promise.reject(closedFault(attempt));
    const known = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
    return new Promise((resolve, reject) => {
      this.modem.dial(
        {
          method,
          path: `${this.prefix}${path}?`,
          options: { _query: known, _body: body },
          headers: { ...headers },
          isStream: true,
          hijack,
          statusCodes: everyStatus,
          ...(upload && { file: upload }),
          // Left alone, the modem would end an empty body after the header: bytes that are no part of what follows.
          ...(hijack && request.body === undefined && { file: Buffer.alloc(0) }),
          ...(signal && { abortSignal: signal }),
        },
        (error, answer) => {
          if (error) reject(error);
          else resolve(answer as IncomingMessage | Duplex);
        },
      );
    });
  }
}

/** Every setting is given, if only as undefined: what is missing the modem would take from the process's environment. */
function createModem(endpoint: EngineEndpoint, agent: Agent): Dockerode['modem'] {
  const address = parseEndpointAddress(endpoint.address, { tls: endpoint.tls !== undefined });
  // Over ssh the agent makes the connections; the modem only needs some host to name.
  const remote = address.kind === 'tcp' ? address : { host: 'localhost', port: 80 };
  const local = address.kind === 'socket';
  const options = {
    socketPath: local ? address.path : undefined,
    host: local ? undefined : remote.host,
    port: local ? undefined : remote.port,
    protocol: endpoint.tls ? ('https' as const) : ('http' as const),
    agent,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
    pathPrefix: '/',
  };
  try {
    return new Dockerode(options).modem;
  } catch (error) {
    // The modem looks at DOCKER_HOST and DOCKER_CERT_PATH even where it is told everything.
    throw new Fault(
      {
        code: 'usage.invalid',
        message: 'DOCKER_HOST or DOCKER_CERT_PATH is set to something unusable.',
        hint: 'Correct or unset them.',
        detail: String(error),
      },
      { cause: error },
    );
  }
}

/** Daemons answer `{"message": …}`; proxies in front of them answer with whatever they like. */
function messageOf(said: string): string {
  try {
    const parsed: unknown = JSON.parse(said);
    if (typeof parsed === 'object' && parsed !== null) {
      if ('message' in parsed && typeof parsed.message === 'string') return parsed.message;
      if ('cause' in parsed && typeof parsed.cause === 'string') return parsed.cause;
    }
  } catch {
    // Not JSON: the text itself is the message.
  }
  return said.trim();
}

function closedFault(attempt: Attempt): Fault {
  return new Fault({
    code: 'engine.lost',
    message: `Slipway could not ${attempt.doing}: its connection to the engine was closed.`,
    hint: 'Connect to an engine first.',
  });
}

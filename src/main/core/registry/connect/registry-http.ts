import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { addAbortSignal, type Readable } from 'node:stream';
import { createSecureContext, rootCertificates, type SecureContext, TLSSocket } from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { Fault } from '../../base/fault.ts';
import { apiHost, mayBePlain } from '../registry-host.ts';
import { type Certificate, presentedChain } from './certificates.ts';
import { connectionProblem, isUntrusted, silentProblem, untrustedProblem } from './connection-problem.ts';
import type { ProxyChoice } from './proxy-choice.ts';

export interface RegistryConnection {
  /** `docker.io`, `ghcr.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  /** Certificates to trust besides the system's, in PEM: of an authority, or the server's own. */
  readonly ca?: string | undefined;
  /** The person allowed plain HTTP for this host. */
  readonly plainHttp?: boolean | undefined;
  /** Absent: always a direct connection. */
  readonly proxy?: ProxyChoice | undefined;
  /** How long the other side may say nothing, in milliseconds. */
  readonly silenceMs?: number | undefined;
}

export interface RegistryCall extends Cancellable {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is asked for anew whenever the call has to be made again: after a challenge or a redirect. */
  readonly body?: string | Buffer | (() => Readable);
}

const maxRedirects = 5;
const sockets = { keepAlive: true, maxSockets: 16, maxFreeSockets: 4 };
/** A registry that says nothing for so long is not going to; an expired login must fail in seconds, not hang. */
const defaultSilenceMs = 15_000;

/** HTTP with one registry: keeps connections, finds out whether it speaks TLS, follows redirects without its secrets. */
export class RegistryHttp {
  readonly registry: string;
  /** Without TLS: on this machine, or where the person said so. */
  readonly plainAllowed: boolean;
  readonly #connection: RegistryConnection;
  readonly #agents = new Map<string, HttpAgent | HttpsAgent>();
  #scheme: 'https' | 'http' | undefined;
  #trust: SecureContext | undefined;

  constructor(connection: RegistryConnection) {
    this.registry = connection.registry;
    this.plainAllowed = (connection.plainHttp ?? false) || mayBePlain(connection.registry);
    this.#connection = connection;
  }

  /** An answer, whatever its status; `path` starts with a slash. Raises `registry.unreachable`, `registry.tls`. */
  async call(path: string, call: RegistryCall = {}): Promise<IncomingMessage> {
    const host = apiHost(this.registry);
    if (this.#scheme !== undefined || !this.plainAllowed) return this.send(`${this.#scheme ?? 'https'}://${host}${path}`, call);
    // TLS first, as the engine does it: a registry of this machine may well have a certificate.
    try {
      const answer = await this.send(`https://${host}${path}`, call);
      this.#scheme = 'https';
      return answer;
    } catch (error) {
      if (!(error instanceof Fault) || error.problem.data?.['speaksTls'] !== false) throw error;
      const answer = await this.send(`http://${host}${path}`, call);
      this.#scheme = 'http';
      return answer;
    }
  }

  /** An answer from any address: a token service, a place that the registry redirects to. */
  async send(url: string, call: RegistryCall, redirects = 0): Promise<IncomingMessage> {
    const answer = await this.#trusting(url, () => this.#once(url, call));
    const { location } = answer.headers;
    const status = answer.statusCode ?? 0;
    if (status < 300 || status >= 400 || location === undefined || redirects >= maxRedirects) return answer;
    answer.resume();
    const target = new URL(location, url);
    if (target.protocol === 'http:' && url.startsWith('https:') && !this.plainAllowed) throw this.#unprotected(target);
    const sameHost = target.host === new URL(url).host;
    const headers = Object.entries(call.headers ?? {}).filter(([name]) => sameHost || name.toLowerCase() !== 'authorization');
    return this.send(target.href, { ...call, headers: Object.fromEntries(headers) }, redirects + 1);
  }

  /**
   * The certificates that a host shows, trusted or not; nothing is asked of it. Raises `registry.unreachable`, and
   * `registry.tls` where it doesn't speak TLS.
   */
  async certificates({ host = apiHost(this.registry), signal }: Cancellable & { readonly host?: string } = {}): Promise<Certificate[]> {
    const answer = await this.#once(`https://${host}/v2/`, { method: 'HEAD', ...(signal && { signal }) }, { rejectUnauthorized: false, fresh: true });
    const { socket } = answer;
    const chain = socket instanceof TLSSocket ? presentedChain(socket.getPeerCertificate(true)) : [];
    answer.destroy();
    return chain;
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  /** Where a certificate is not trusted, the Problem shows which one it is. */
  async #trusting(url: string, send: () => Promise<IncomingMessage>): Promise<IncomingMessage> {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Fault) || !isUntrusted(error.problem)) throw error;
      const { host } = new URL(url);
      const shown = await this.certificates({ host }).catch(() => []);
      throw new Fault(untrustedProblem(error.problem, host, shown), { cause: error.cause });
    }
  }

  #once(
    url: string,
    { method = 'GET', headers = {}, body, signal }: RegistryCall,
    { rejectUnauthorized = true, fresh = false }: { rejectUnauthorized?: boolean; fresh?: boolean } = {},
  ): Promise<IncomingMessage> {
    const { silenceMs = defaultSilenceMs } = this.#connection;
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    const trust = secure ? { rejectUnauthorized, ...this.#ownTrust() } : {};
    const agent = fresh ? this.#newAgent(target, { keepAlive: false }) : this.#agent(target);
    const options = { method, headers, agent, ...trust, ...(signal && { signal }) };
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, options, (answer) => {
        answer.on('error', () => undefined);
        if (signal) addAbortSignal(signal, answer);
        resolve(answer);
      });
      let silent = false;
      request.setTimeout(silenceMs, () => {
        silent = true;
        request.destroy(new Error(`No answer within ${String(silenceMs / 1000)} s.`));
      });
      request.on('error', (error) => {
        if (signal?.aborted) reject(abortReason(signal));
        else reject(new Fault(silent ? silentProblem(target.host) : connectionProblem(error, target.host), { cause: error }));
      });
      if (typeof body !== 'function') {
        request.end(body);
        return;
      }
      const content = body();
      content.on('error', (error) => request.destroy(error)).pipe(request);
      // A registry may refuse before it has read everything.
      request.on('close', () => content.destroy());
    });
  }

  /** A list of one's own replaces the program's, so both are given; and it may hold the server's own certificate. */
  #ownTrust(): { secureContext?: SecureContext } {
    const { ca } = this.#connection;
    if (ca === undefined) return {};
    this.#trust ??= createSecureContext({ ca: [ca, ...rootCertificates], allowPartialTrustChain: true });
    return { secureContext: this.#trust };
  }

  #agent(target: URL): HttpAgent | HttpsAgent {
    const key = `${target.protocol} ${this.#connection.proxy?.(target) ?? ''}`;
    const agent = this.#agents.get(key) ?? this.#newAgent(target, sockets);
    this.#agents.set(key, agent);
    return agent;
  }

  #newAgent(target: URL, options: { readonly keepAlive: boolean }): HttpAgent | HttpsAgent {
    const secure = target.protocol === 'https:';
    const proxy = this.#connection.proxy?.(target);
    if (proxy === undefined) return secure ? new HttpsAgent(options) : new HttpAgent(options);
    return secure ? new HttpsProxyAgent(proxy, options) : new HttpProxyAgent(proxy, options);
  }

  #unprotected(target: URL): Fault {
    return new Fault({
      code: 'registry.tls',
      message: `${this.registry} sends on to ${target.host}, which is not protected.`,
      hint: 'Tell those who run the registry: its storage needs HTTPS.',
      data: { host: target.host },
    });
  }
}

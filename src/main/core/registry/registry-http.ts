import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { addAbortSignal } from 'node:stream';
import type { Cancellable } from '../base/abort.ts';
import { abortReason } from '../base/abort-reason.ts';
import { Fault } from '../base/fault.ts';
import { connectionProblem } from './connection-problem.ts';
import { apiHost, mayBePlain } from './registry-host.ts';

export interface RegistryConnection {
  /** `docker.io`, `ghcr.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  /** Certificates to trust besides the system's, in PEM. */
  readonly ca?: string | undefined;
  /** The person allowed plain HTTP for this host. */
  readonly plainHttp?: boolean | undefined;
}

export interface RegistryCall extends Cancellable {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const maxRedirects = 5;
const sockets = { keepAlive: true, maxSockets: 16, maxFreeSockets: 4 };

/** HTTP with one registry: keeps connections, finds out whether it speaks TLS, follows redirects without its secrets. */
export class RegistryHttp {
  readonly registry: string;
  /** Without TLS: on this machine, or where the person said so. */
  readonly plainAllowed: boolean;
  readonly #plainAgent = new HttpAgent(sockets);
  readonly #tlsAgent: HttpsAgent;
  #scheme: 'https' | 'http' | undefined;

  constructor({ registry, ca, plainHttp = false }: RegistryConnection) {
    this.registry = registry;
    this.plainAllowed = plainHttp || mayBePlain(registry);
    this.#tlsAgent = new HttpsAgent({ ...sockets, ...(ca !== undefined && { ca }) });
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
    const answer = await this.#once(url, call);
    const { location } = answer.headers;
    const status = answer.statusCode ?? 0;
    if (status < 300 || status >= 400 || location === undefined || redirects >= maxRedirects) return answer;
    answer.resume();
    const target = new URL(location, url);
    const sameHost = target.host === new URL(url).host;
    const headers = Object.entries(call.headers ?? {}).filter(([name]) => sameHost || name.toLowerCase() !== 'authorization');
    return this.send(target.href, { ...call, headers: Object.fromEntries(headers) }, redirects + 1);
  }

  close(): void {
    this.#plainAgent.destroy();
    this.#tlsAgent.destroy();
  }

  #once(url: string, { method = 'GET', headers = {}, body, signal }: RegistryCall): Promise<IncomingMessage> {
    const secure = url.startsWith('https:');
    const options = { method, headers, agent: secure ? this.#tlsAgent : this.#plainAgent, ...(signal && { signal }) };
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, options, (answer) => {
        answer.on('error', () => undefined);
        if (signal) addAbortSignal(signal, answer);
        resolve(answer);
      });
      request.on('error', (error) => {
        if (signal?.aborted) reject(abortReason(signal));
        else reject(new Fault(connectionProblem(error, new URL(url).host), { cause: error }));
      });
      request.end(body);
    });
  }
}

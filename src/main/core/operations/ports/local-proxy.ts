import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { ProxyStatus } from '../../../../shared/models/proxy.ts';
import type { Cancellable } from '../../base/abort.ts';
import { isAbort, toProblem } from '../../base/fault.ts';
import { Live } from '../../base/live.ts';
import type { Library } from '../../environments/library.ts';
import type { SettingsAccess } from '../../environments/settings-access.ts';
import { type CertificateAuthority, openCertificateAuthority, trustInstructions } from '../../ports/proxy/certificate-authority.ts';
import { proxyRoutes } from '../../ports/proxy/proxy-routes.ts';
import { ProxyServer } from '../../ports/proxy/proxy-server.ts';
import type { PortFeed } from './port-feed.ts';

export interface LocalProxyParts {
  readonly library: Library;
  readonly settings: SettingsAccess;
  readonly ports: PortFeed;
  /** Where the certificate authority is kept. */
  readonly directory: string;
  readonly platform: NodeJS.Platform;
}

export interface ProxyRequest {
  readonly port: number;
  readonly tls: boolean;
}

const off: ProxyStatus = { state: 'off', port: 0, tls: false, names: [] };

/** Stable names for the library's running web pages: `service.environment.localhost`, all on one port of this machine. */
export class LocalProxy {
  readonly status = new Live<ProxyStatus>(off);
  readonly #parts: LocalProxyParts;
  readonly #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();

  constructor(parts: LocalProxyParts) {
    this.#parts = parts;
  }

  /** For the app: runs whenever the settings say so, until `close`. A port that is taken is told in `status`. */
  start(): void {
    this.#following = this.#follow();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  /** Runs until `signal` aborts. Raises `port.conflict`, `port.invalid`, `storage.failed`. */
  async run(request: ProxyRequest, { signal }: Cancellable): Promise<void> {
    const authority = request.tls ? await openCertificateAuthority(this.#parts.directory) : undefined;
    const server = new ProxyServer({ port: request.port, ...(authority ? { authority } : {}) });
    await server.listen();
    try {
      const records = (): readonly EnvironmentRecord[] => this.#parts.library.list();
      for await (const rows of this.#parts.ports.watch(records, { signal })) {
        const routes = proxyRoutes(rows);
        server.setRoutes(routes);
        const names = routes.map(({ host, title }) => ({ url: `${request.tls ? 'https' : 'http'}://${host}:${request.port}/`, title }));
        this.status.set({ state: 'on', ...request, names, ...this.#authority(authority) });
      }
    } finally {
      await server.close();
      this.status.set(off);
    }
  }

  #authority(authority: CertificateAuthority | undefined): Pick<ProxyStatus, 'authority'> {
    return authority ? { authority: { file: authority.file, trust: trustInstructions(authority.file, this.#parts.platform) } } : {};
  }

  async #follow(): Promise<void> {
    let running: { key: string; stop: AbortController; done: Promise<void> } | undefined;
    for await (const { localProxy, localProxyPort: port, localProxyTls: tls } of this.#parts.settings.watch({ signal: this.#stop.signal })) {
      const key = JSON.stringify({ localProxy, port, tls });
      if (running?.key === key) continue;
      running?.stop.abort();
      await running?.done;
      const stop = new AbortController();
      if (!localProxy) this.status.set(off);
      running = { key, stop, done: localProxy ? this.#try({ port, tls }, stop.signal) : Promise.resolve() };
    }
    running?.stop.abort();
    await running?.done;
  }

  async #try(request: ProxyRequest, signal: AbortSignal): Promise<void> {
    try {
      await this.run(request, { signal });
    } catch (error) {
      if (!isAbort(error)) this.status.set({ state: 'failed', ...request, problem: toProblem(error), names: [] });
    }
  }
}

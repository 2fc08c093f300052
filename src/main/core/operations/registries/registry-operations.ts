import type { CertificateView, RegistryChange, RegistryHealth, RegistryLogin, RegistryView } from '../../../../shared/models/registry.ts';
import { sleep, withTimeout, type Cancellable } from '../../base/abort.ts';
import { Channel } from '../../base/channel.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault, isAbort, toProblem } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import { Live } from '../../base/live.ts';
import { recompute } from '../../base/recompute.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import { type RegistrySettings, registryName } from '../../environments/registry-settings.ts';
import type { StateStore } from '../../environments/state-store.ts';
import { checkHealth } from '../../registry/check-health.ts';
import { certificateView, parseCertificates, sameFingerprint } from '../../registry/connect/certificates.ts';
import { RegistryHttp } from '../../registry/connect/registry-http.ts';
import { checkLogin } from '../../registry/logins/check-login.ts';
import { authOf, serverOf } from '../../registry/logins/find-login.ts';
import type { OwnLogins } from '../../registry/logins/own-logins.ts';
import { type KnownLogin, ownOrigin, type RegistryClients } from '../../registry/registry-clients.ts';
import { imagesOf } from '../../stacks/images.ts';

const hub = 'docker.io';
/** A health check may take so long, in milliseconds. */
const healthMs = 8_000;
/** Between the checks while somebody looks, in milliseconds. */
const lookAgainMs = 30_000;

export interface RegistryOperationsParts {
  readonly settings: RegistrySettings;
  readonly clients: RegistryClients;
  readonly ownLogins: OwnLogins;
  readonly library: Library;
  readonly loader: EnvironmentLoader;
  readonly state: StateStore;
  readonly clock: Clock;
}

/** The registries a person deals with: which there are, how they are, logins, trust. */
export class RegistryOperations {
  readonly #parts: RegistryOperationsParts;
  /** Counts up when a login was made or taken away. */
  readonly #logins = new Live(0);

  constructor(parts: RegistryOperationsParts) {
    this.#parts = parts;
  }

  /** Those that the person keeps, those that the library's images come from, and Docker Hub. */
  async list({ signal }: Cancellable): Promise<RegistryView[]> {
    const used = await this.#usedBy({ signal });
    const hosts = new Set([...this.#parts.settings.list().map(({ host }) => host), ...[...used.keys()].sort(), hub]);
    return Promise.all([...hosts].map((host) => this.#view(host, used.get(host) ?? [], { signal })));
  }

  watch(options: Cancellable): AsyncGenerator<RegistryView[], void, void> {
    return recompute([this.#parts.state.changes, this.#logins], ({ signal }) => this.list({ signal }), options);
  }

  /** How one is, for the login that there is. */
  async health(host: string, { signal }: Cancellable): Promise<RegistryHealth> {
    const checkedAt = this.#parts.clock.now().toISOString();
    try {
      const { auth } = await this.#parts.clients.loginTo(host, { signal });
      return { host, checkedAt, ...(await checkHealth(this.#parts.clients.connection(host), { auth, signal: withTimeout(signal, healthMs) })) };
    } catch (error) {
      signal?.throwIfAborted();
      return { host, checkedAt, state: 'unreachable', problem: isAbort(error) || isTimeout(error) ? silent(host) : toProblem(error) };
    }
  }

  /** How all of the list are: each as soon as it has answered, and all again while somebody goes on reading. */
  async *watchHealth({ signal }: Cancellable): AsyncGenerator<RegistryHealth[], void, void> {
    const known = new Map<string, RegistryHealth>();
    while (!signal?.aborted) {
      const hosts = (await this.list({ signal })).map(({ host }) => host);
      for (const host of hosts) if (!known.has(host)) known.set(host, { host, state: 'checking' });
      yield [...known.values()];
      const answers = new Channel<RegistryHealth>();
      const asked = Promise.all(hosts.map(async (host) => answers.push(await this.health(host, { signal })))).finally(() => answers.end());
      asked.catch(() => undefined);
      for await (const answer of answers.read({ signal })) {
        known.set(answer.host, answer);
        yield [...known.values()];
      }
      await asked;
      await sleep(lookAgainMs, { signal });
    }
  }

  /** Adds a registry or changes what was said about it. Raises `usage.invalid`. */
  save(change: RegistryChange): RegistryView['host'] {
    return this.#parts.settings.save({ ...change, host: this.hostOf(change.host) }).host;
  }

  /** Forgets the person's settings and login of it. */
  async remove(host: string): Promise<void> {
    const loggedOut = await this.logout(host);
    if (!loggedOut || this.#parts.settings.get(host)) this.#parts.settings.remove(host);
  }

  /** The host that a person means by a host or by a name of theirs. Raises `usage.invalid`. */
  hostOf(text: string): string {
    return this.#parts.settings.hostOf(text);
  }

  /**
   * Keeps a login after the registry has accepted it; `<token>` as user name stands for an identity token. Raises
   * `registry.unauthorized`, `registry.unreachable`, `registry.tls`.
   */
  async login({ host, username, password }: { host: string; username: string; password: string }, { signal }: Cancellable): Promise<{ login: RegistryLogin; asked: boolean }> {
    const given = authOf(serverOf(host), username, password);
    const { asked, auth } = await checkLogin(given, { ...this.#parts.clients.connection(host), signal });
    await this.#parts.ownLogins.set(host, auth, username);
    this.#logins.update((count) => count + 1);
    return { login: { username, origin: ownOrigin, own: true }, asked };
  }

  /** Forgets the login given to Slipway; false when there was none. Logins of Docker and Podman stay. */
  async logout(host: string): Promise<boolean> {
    const removed = await this.#parts.ownLogins.remove(host);
    this.#logins.update((count) => count + 1);
    return removed;
  }

  /** What a registry shows, its own certificate first. Nothing is trusted by asking. Raises `registry.unreachable`. */
  async certificates(host: string, { signal }: Cancellable): Promise<CertificateView[]> {
    return (await this.#shown(host, { signal })).map(certificateView);
  }

  /**
   * Trusts a certificate for this registry alone: those of a PEM text, or the one with this fingerprint among those
   * that the registry shows. Returns what is trusted now. Raises `usage.invalid`, `registry.tls` when none fits.
   */
  async trust(host: string, by: { readonly pem: string } | { readonly fingerprint: string }, { signal }: Cancellable): Promise<CertificateView[]> {
    const pem = 'pem' in by ? by.pem : await this.#pemOf(host, by.fingerprint, { signal });
    const { ca = '' } = this.#parts.settings.trust(host, pem);
    return parseCertificates(ca).map(certificateView);
  }

  /** Trusts only what the system trusts again. Raises `registry.not-found`. */
  distrust(host: string): void {
    this.#parts.settings.distrust(host);
  }

  async #pemOf(host: string, fingerprint: string, { signal }: Cancellable): Promise<string> {
    const shown = await this.#shown(host, { signal });
    const fitting = shown.find((certificate) => sameFingerprint(certificate.fingerprint, fingerprint));
    if (fitting) return fitting.pem;
    throw new Fault({
      code: 'registry.tls',
      message: `${host} shows no certificate with this fingerprint. Nothing was trusted.`,
      hint: 'Compare with what those who run the registry say. Somebody may be in between.',
      detail: shown.map((certificate) => `${certificate.subject}\n  SHA-256 ${certificate.fingerprint}`).join('\n'),
      data: { host, certificates: shown.map(certificateView) },
    });
  }

  async #shown(host: string, { signal }: Cancellable) {
    const http = new RegistryHttp(this.#parts.clients.connection(host));
    try {
      return await http.certificates({ signal });
    } finally {
      http.close();
    }
  }

  async #view(host: string, usedBy: string[], { signal }: Cancellable): Promise<RegistryView> {
    const record = this.#parts.settings.get(host);
    const { login, warnings } = await this.#knownLogin(host, { signal });
    return {
      host,
      name: record?.name ?? registryName(host),
      mirrors: record?.mirrors ?? [],
      ...(record?.proxy === undefined ? {} : { proxy: record.proxy }),
      plainHttp: record?.plainHttp ?? false,
      trusted: record?.ca === undefined ? [] : parseCertificates(record.ca).map(certificateView),
      kept: record !== undefined,
      usedBy,
      ...(login ? { login } : {}),
      warnings,
    };
  }

  async #knownLogin(host: string, { signal }: Cancellable): Promise<{ login?: RegistryLogin; warnings: string[] }> {
    try {
      const known = await this.#parts.clients.loginTo(host, { signal });
      return { warnings: [...known.warnings], ...(known.auth ? { login: loginView(known) } : {}) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { warnings: [error.problem.message] };
    }
  }

  /** Host → names of the environments that need it. Environments whose files can't be loaded say nothing. */
  async #usedBy({ signal }: Cancellable): Promise<Map<string, string[]>> {
    const used = new Map<string, string[]>();
    await Promise.all(
      this.#parts.library.list().map(async (record) => {
        const loaded = await this.#parts.loader.load(record, { signal }).catch(() => undefined);
        const hosts = new Set(loaded ? imagesOf(loaded.definition.project).map((image) => parseImageReference(image).registry) : []);
        for (const host of hosts) used.set(host, [...(used.get(host) ?? []), record.name].sort());
      }),
    );
    return used;
  }
}

function loginView({ username, origin, own }: KnownLogin): RegistryLogin {
  return { origin: origin ?? '', own, ...(username === undefined ? {} : { username }) };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function silent(host: string): RegistryHealth['problem'] {
  return {
    code: 'registry.unreachable',
    message: `The registry ${host} did not answer in time.`,
    hint: 'Check your network, VPN or proxy, and that the registry is up.',
    data: { host },
  };
}

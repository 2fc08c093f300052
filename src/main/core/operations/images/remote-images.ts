import { type Cancellable } from '../../base/abort.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { RegistryClient } from '../../registry/client/registry-client.ts';
import type { RemoteImage } from '../../registry/client/remote-image.ts';
import type { RegistryClients } from '../../registry/registry-clients.ts';

/** Questions about many images: a connection a registry, each reference asked for once. Close it. */
export class RemoteImages {
  readonly #clients: RegistryClients;
  readonly #opened = new Map<string, Promise<RegistryClient>>();
  readonly #digests = new Map<string, Promise<string>>();

  constructor(clients: RegistryClients) {
    this.#clients = clients;
  }

  /** The digest that a reference has now: its own where it names one. Raises `registry.*`, `image.not-found`. */
  digest(reference: string, options: Cancellable): Promise<string> {
    const known = this.#digests.get(reference) ?? this.#askDigest(reference, options);
    this.#digests.set(reference, known);
    return known;
  }

  /** All that the registry tells of `digest` in the repository of `reference`. Raises `registry.*`, `image.not-found`. */
  async inspect(reference: string, digest: string, options: Cancellable): Promise<RemoteImage> {
    const { registry, repository } = parseImageReference(reference);
    return (await this.#client(registry, options)).inspect(repository, digest, options);
  }

  async close(): Promise<void> {
    for (const opened of this.#opened.values()) await opened.then((client) => client.close()).catch(() => undefined);
  }

  async #askDigest(reference: string, options: Cancellable): Promise<string> {
    const { registry, repository, tag = 'latest', digest } = parseImageReference(reference);
    return digest ?? (await this.#client(registry, options)).digest(repository, tag, options);
  }

  #client(registry: string, options: Cancellable): Promise<RegistryClient> {
    const opened = this.#opened.get(registry) ?? this.#clients.open(registry, options);
    this.#opened.set(registry, opened);
    return opened;
  }
}

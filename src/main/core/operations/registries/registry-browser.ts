import PQueue from 'p-queue';
import type { RemoteImageView, TagOrder, TagView } from '../../../../shared/models/registry.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import { platformName } from '../../registry/client/choose-platform.ts';
import type { RegistryClient } from '../../registry/client/registry-client.ts';
import type { RemoteVariant } from '../../registry/client/remote-image.ts';
import type { RegistryClients } from '../../registry/registry-clients.ts';
import { isHub } from '../../registry/registry-host.ts';
import { sortTags } from '../../registry/sort-tags.ts';

/** A registry doesn't list times: each image has to be looked at, which for more tags than these would take minutes. */
const timedTags = 200;
const askedAtOnce = 8;

export interface TagRequest extends Cancellable {
  readonly order?: TagOrder;
  /** Only tags that contain this text. */
  readonly filter?: string;
}

/** Looks into registries: repositories, tags, images. */
export class RegistryBrowser {
  readonly #clients: RegistryClients;

  constructor(clients: RegistryClients) {
    this.#clients = clients;
  }

  /** All repositories, by name. Raises `registry.unsupported` where the registry doesn't tell them, as Docker Hub. */
  async repositories(host: string, { signal }: Cancellable): Promise<string[]> {
    if (isHub(host)) throw unlisted(host);
    return this.#with(host, { signal }, async (client) => {
      try {
        return (await pages(client.repositories({ signal }))).sort();
      } catch (error) {
        throw error instanceof Fault && error.problem.code === 'image.not-found' ? unlisted(host, error) : error;
      }
    });
  }

  /** All tags of an image's repository. Raises `image.not-found`, `usage.invalid` for too many to order by time. */
  async tags(name: string, { order = 'version', filter = '', signal }: TagRequest): Promise<TagView[]> {
    const { registry, repository } = parseImageReference(name);
    return this.#with(registry, { signal }, async (client) => {
      const all = await pages(client.tags(repository, { signal }));
      const names = sortTags([...new Set(all)].filter((tag) => tag.includes(filter)));
      if (order === 'version') return names.map((tag) => ({ name: tag }));
      if (order === 'name') return names.sort().map((tag) => ({ name: tag }));
      if (names.length > timedTags) throw tooMany(repository, names.length);
      return this.#byTime(client, repository, names, { signal });
    });
  }

  /** All that a registry tells of an image. Raises `image.not-found`. */
  async inspect(reference: string, { signal }: Cancellable): Promise<RemoteImageView> {
    const { registry, repository, tag, digest, familiarName } = parseImageReference(reference);
    const image = await this.#with(registry, { signal }, (client) => client.inspect(repository, digest ?? tag ?? 'latest', { signal }));
    return { reference: familiarName, digest: image.digest, variants: image.variants.map(variantView) };
  }

  async #byTime(client: RegistryClient, repository: string, names: readonly string[], { signal }: Cancellable): Promise<TagView[]> {
    const queue = new PQueue({ concurrency: askedAtOnce });
    const shared = sharedSignal(signal);
    const tags = await queue.addAll(
      names.map((name) => async (): Promise<TagView> => {
        const { digest, variants } = await client.inspect(repository, name, { signal: shared });
        const times = variants.flatMap(({ createdAt }) => (createdAt ? [createdAt.getTime()] : []));
        return { name, digest, ...(times.length > 0 ? { createdAt: new Date(Math.max(...times)).toISOString() } : {}) };
      }),
    );
    return tags.sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
  }

  async #with<T>(host: string, options: Cancellable, work: (client: RegistryClient) => Promise<T>): Promise<T> {
    const client = await this.#clients.open(host, options);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }
}

async function pages(names: AsyncIterable<readonly string[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const page of names) all.push(...page);
  return all;
}

function variantView({ platform, digest, sizeBytes, layers, createdAt, labels, history }: RemoteVariant): RemoteImageView['variants'][number] {
  return {
    platform: platformName(platform),
    digest,
    sizeBytes,
    layers: layers.map((layer) => ({ ...layer })),
    ...(createdAt ? { createdAt: createdAt.toISOString() } : {}),
    labels: { ...labels },
    history: [...history],
  };
}

function unlisted(host: string, cause?: unknown): Fault {
  return new Fault(
    {
      code: 'registry.unsupported',
      message: `${isHub(host) ? 'Docker Hub' : host} does not tell which repositories it has.`,
      hint: 'Name one to see its tags.',
      data: { host },
    },
    cause === undefined ? {} : { cause },
  );
}

function tooMany(repository: string, count: number): Fault {
  return new Fault({
    code: 'usage.invalid',
    message: `${repository} has ${String(count)} tags; at most ${String(timedTags)} can be ordered by time.`,
    hint: 'Narrow them down with a filter, or order them by version.',
    data: { repository, count },
  });
}

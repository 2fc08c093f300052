import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { withTimeout, type Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { systemClock, type Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Platform } from '../../engine/engine.ts';
import type { RegistryAuth } from '../../engine/images.ts';
import { RegistryHttp, type RegistryConnection } from '../connect/registry-http.ts';
import { answerFault } from './answer-fault.ts';
import { Authorizer } from './authorizer.ts';
import { imageConfig, imageIndex, imageManifest, manifestTypes, type ImageManifest } from './manifest-schema.ts';
import { choosePlatform } from './choose-platform.ts';
import type { ImageContent, RemoteImage, RemoteVariant } from './remote-image.ts';

const namesPerPage = 1000;
const patienceMs = 30_000;

const tagList = z.object({ tags: z.array(z.string()).nullable() });
const repositoryList = z.object({ repositories: z.array(z.string()).nullable() });
const indexTypes: readonly string[] = manifestTypes.slice(0, 2);

type Paged = Cancellable & { readonly pageSize?: number };

/** Reads one registry through its API (https://github.com/opencontainers/distribution-spec/blob/main/spec.md). */
export class RegistryClient {
  readonly #http: RegistryHttp;
  readonly #authorizer: Authorizer;

  constructor(connection: RegistryConnection, { auth, clock = systemClock }: { readonly auth?: RegistryAuth | undefined; readonly clock?: Clock } = {}) {
    this.#http = new RegistryHttp(connection);
    this.#authorizer = new Authorizer(this.#http, auth, clock);
  }

  /** All tags of a repository, page by page, in the registry's order. Raises `image.not-found`. */
  tags(repository: string, { pageSize = namesPerPage, ...options }: Paged = {}): AsyncGenerator<readonly string[]> {
    const path = `/v2/${repository}/tags/list?n=${String(pageSize)}`;
    return this.#pages(path, pullScope(repository), repository, (body) => this.#parse(tagList, body).tags ?? [], options);
  }

  /** All repositories, page by page, where the registry tells them: Docker Hub and many others don't. */
  repositories({ pageSize = namesPerPage, ...options }: Paged = {}): AsyncGenerator<readonly string[]> {
    const path = `/v2/_catalog?n=${String(pageSize)}`;
    const read = (body: unknown): readonly string[] => this.#parse(repositoryList, body).repositories ?? [];
    return this.#pages(path, 'registry:catalog:*', 'list of repositories', read, options);
  }

  /** The digest that a tag has now, by one small question. Raises `image.not-found`. */
  async digest(repository: string, reference: string, options: Cancellable = {}): Promise<string> {
    const answer = await this.#ask('HEAD', `/v2/${repository}/manifests/${reference}`, pullScope(repository), `${repository}:${reference}`, options);
    answer.resume();
    const digest = answer.headers['docker-content-digest'];
    return typeof digest === 'string' ? digest : (await this.#manifest(repository, reference, options)).digest;
  }

  /** All that is known of an image before it is pulled. Raises `image.not-found`, `image.digest-mismatch`. */
  async inspect(repository: string, reference: string, options: Cancellable = {}): Promise<RemoteImage> {
    const { digest, mediaType, body } = await this.#manifest(repository, reference, options);
    if (!indexTypes.includes(mediaType)) {
      return { digest, variants: [await this.#variant(repository, digest, this.#parse(imageManifest, body), options)] };
    }
    // Besides images an index may hold attestations, whose platform is "unknown".
    const images = this.#parse(imageIndex, body).manifests.filter(({ platform }) => platform?.os !== 'unknown');
    const variants = images.map(async (image) => {
      const manifest = await this.#manifest(repository, image.digest, options);
      return this.#variant(repository, image.digest, this.#parse(imageManifest, manifest.body), options);
    });
    return { digest, variants: await Promise.all(variants) };
  }

  /**
   * What is to be downloaded for one platform: a question or two, whatever the number of platforms. Raises
   * `image.not-found`, `image.wrong-platform`, `image.digest-mismatch`.
   */
  async content(repository: string, reference: string, platform: Platform, options: Cancellable = {}): Promise<ImageContent> {
    const { digest, mediaType, body } = await this.#manifest(repository, reference, options);
    if (!indexTypes.includes(mediaType)) return { digest, namedDigest: digest, ...this.#parse(imageManifest, body) };
    const chosen = choosePlatform(`${this.#http.registry}/${repository}:${reference}`, this.#parse(imageIndex, body).manifests, platform);
    const manifest = await this.#manifest(repository, chosen.digest, options);
    return { digest: chosen.digest, namedDigest: digest, ...this.#parse(imageManifest, manifest.body) };
  }

  /** A small blob, whole and checked: an image's configuration. Raises `image.not-found`, `image.digest-mismatch`. */
  blob(repository: string, digest: string, options: Cancellable = {}): Promise<Buffer> {
    return this.#blob(repository, digest, options);
  }

  /**
   * A blob's bytes from `offset` on, as they come; unchecked. Where the registry can't begin in the middle, they begin
   * at 0: `from` tells. Raises `image.not-found`.
   */
  async openBlob(repository: string, digest: string, { offset = 0, signal }: Cancellable & { readonly offset?: number } = {}): Promise<{ readonly from: number; readonly bytes: Readable }> {
    const headers: Record<string, string> = offset > 0 ? { range: `bytes=${String(offset)}-` } : {};
    const answer = await this.#authorizer.call(`/v2/${repository}/blobs/${digest}`, pullScope(repository), { headers, signal });
    const status = answer.statusCode ?? 0;
    if (status === 206) return { from: offset, bytes: answer };
    if (status === 200) return { from: 0, bytes: answer };
    throw await answerFault(answer, { registry: this.#http.registry, subject: `${repository}@${digest}` });
  }

  close(): void {
    this.#http.close();
  }

  async #variant(repository: string, digest: string, { config, layers }: ImageManifest, options: Cancellable): Promise<RemoteVariant> {
    const body = await this.#blob(repository, config.digest, options);
    const { os, architecture, variant, created, config: own, history, rootfs } = this.#parse(imageConfig, this.#json(body));
    return {
      platform: { os, architecture, ...(variant !== undefined && { variant }) },
      digest,
      sizeBytes: layers.reduce((sum, { size }) => sum + size, config.size),
      layers: layers.map((layer) => ({ digest: layer.digest, sizeBytes: layer.size })),
      diffIds: rootfs?.diff_ids ?? [],
      ...(created !== undefined && { createdAt: new Date(created) }),
      labels: own?.Labels ?? {},
      history: (history ?? []).map(({ created_by: command = '' }) => command),
    };
  }

  async #manifest(repository: string, reference: string, options: Cancellable): Promise<{ digest: string; mediaType: string; body: unknown }> {
    const path = `/v2/${repository}/manifests/${reference}`;
    const answer = await this.#ask('GET', path, pullScope(repository), `${repository}:${reference}`, options);
    const content = await this.#read(answer, options);
    const digest = digestOf(content);
    const claimed = reference.includes(':') ? reference : (answer.headers['docker-content-digest'] ?? digest);
    if (claimed !== digest) throw this.#mismatch(`${repository}:${reference}`, digest);
    const body = this.#json(content);
    const named = z.object({ mediaType: z.string() }).safeParse(body).data?.mediaType;
    return { digest, body, mediaType: named ?? answer.headers['content-type']?.split(';')[0] ?? '' };
  }

  async #blob(repository: string, digest: string, options: Cancellable): Promise<Buffer> {
    const path = `/v2/${repository}/blobs/${digest}`;
    const answer = await this.#ask('GET', path, pullScope(repository), `${repository}@${digest}`, options);
    const content = await this.#read(answer, options);
    if (digestOf(content) !== digest) throw this.#mismatch(`${repository}@${digest}`, digestOf(content));
    return content;
  }

  async *#pages<T>(first: string, scope: string, subject: string, parse: (body: unknown) => T, options: Cancellable): AsyncGenerator<T> {
    for (let path: string | undefined = first; path !== undefined; ) {
      const answer = await this.#ask('GET', path, scope, subject, options);
      const page = parse(this.#json(await this.#read(answer, options)));
      path = nextPage(answer.headers.link, path);
      yield page;
    }
  }

  async #ask(method: 'GET' | 'HEAD', path: string, scope: string, subject: string, { signal }: Cancellable): Promise<IncomingMessage> {
    const timed = withTimeout(signal, patienceMs);
    try {
      const answer = await this.#authorizer.call(path, scope, { method, headers: { accept: manifestTypes.join(', ') }, signal: timed });
      if ((answer.statusCode ?? 0) < 300) return answer;
      throw await answerFault(answer, { registry: this.#http.registry, subject });
    } catch (error) {
      if (timed.aborted && !signal?.aborted) throw this.#broken(`did not answer within ${String(patienceMs / 1000)} s`, error);
      throw error;
    }
  }

  async #read(answer: IncomingMessage, { signal }: Cancellable): Promise<Buffer> {
    try {
      return await buffer(answer);
    } catch (error) {
      if (signal?.aborted) throw abortReason(signal);
      throw this.#broken('broke off in the middle of its answer', error);
    }
  }

  #json(content: Buffer): unknown {
    try {
      return JSON.parse(content.toString('utf8'));
    } catch (error) {
      throw this.#broken('gave an answer that is no JSON', error);
    }
  }

  #parse<T>(schema: z.ZodType<T>, body: unknown): T {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw this.#broken('gave an answer of another kind than was asked for', parsed.error);
  }

  #broken(what: string, cause: unknown): Fault {
    return new Fault(
      {
        code: 'registry.unreachable',
        message: `The registry ${this.#http.registry} ${what}.`,
        hint: 'Check your network, VPN or proxy, and try again.',
        detail: String(cause),
        data: { registry: this.#http.registry },
      },
      { cause },
    );
  }

  #mismatch(subject: string, actual: string): Fault {
    return new Fault({
      code: 'image.digest-mismatch',
      message: `What ${this.#http.registry} delivered for ${subject} is not what it should be.`,
      hint: 'The transfer was damaged or tampered with. Try again; if it stays so, tell those who run the registry.',
      data: { registry: this.#http.registry, subject, actual },
    });
  }
}

function pullScope(repository: string): string {
  return `repository:${repository}:pull`;
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** `Link: </v2/app/tags/list?last=b&n=2>; rel="next"` (RFC 8288); relative to the page that it came with. */
function nextPage(link: string | string[] | undefined, path: string): string | undefined {
  const target = /<([^>]+)>;\s*rel="?next"?/.exec([link ?? ''].flat().join(','))?.[1];
  if (target === undefined) return undefined;
  const url = new URL(target, `https://registry.invalid${path}`);
  return url.pathname + url.search;
}

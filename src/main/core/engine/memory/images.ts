import { PassThrough, type Readable } from 'node:stream';
import { sleep, type Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { LabelFilter } from '../engine.ts';
import type { BuildOptions, BuildOutput, ImageDetails, ImageHistoryEntry, Images, ImageSummary, PullOptions, PullProgress } from '../images.ts';
import { platformMismatch } from '../platform-match.ts';
import { TransferFold, type TransferLine } from '../transfer-fold.ts';
import { buildImage } from './build.ts';
import { conflict, notFound } from './faults.ts';
import { FileTree, file } from './file-tree.ts';
import { matchesLabels } from './label-match.ts';
import { applyChanges, digestOf, emptyConfig, imageDetails, imageSummary, type MemoryImage } from './memory-image.ts';
import { packFiles, unpackFiles } from './tar-files.ts';
import type { World } from './world.ts';

/** In how many steps a layer's bytes arrive. */
const stepsPerLayer = 4;

export class MemoryImages implements Images {
  readonly #world: World;
  /** What `save` gave out, for `load`: the archive itself holds ids only. */
  readonly #saved = new Map<string, MemoryImage>();

  constructor(world: World) {
    this.#world = world;
  }

  async list({ labels, signal }: LabelFilter = {}): Promise<readonly ImageSummary[]> {
    await this.#enter('list', '', signal);
    return [...this.#world.images.values()].map(imageSummary).filter((image) => matchesLabels(image.labels, labels));
  }

  async inspect(reference: string, { signal }: Cancellable = {}): Promise<ImageDetails> {
    await this.#enter('inspect', reference, signal);
    return imageDetails(findImage(this.#world, reference));
  }

  async history(reference: string, { signal }: Cancellable = {}): Promise<readonly ImageHistoryEntry[]> {
    await this.#enter('history', reference, signal);
    const { layers, createdAt } = findImage(this.#world, reference);
    return layers.toReversed().map(({ digest, bytes }) => ({ createdBy: digest, createdAt, sizeBytes: bytes }));
  }

  async *pull(reference: string, { platform, auth, signal }: PullOptions = {}): AsyncGenerator<PullProgress> {
    const fold = new TransferFold(reference);
    yield fold.start();
    await this.#enter('pull', reference, signal);
    const { registry, repository, digest: wantedDigest, familiarName } = parseImageReference(reference);
    const published = this.#world.registry.find(reference, auth);
    const { image, digest, problem, failsAfterBytes = 0 } = published;
    let bytes = 0;
    for (const line of this.#lines(image)) {
      await sleep(0, { signal });
      if (line.status === 'Downloading') bytes += (line.progressDetail?.total ?? 0) / stepsPerLayer;
      if (problem && bytes > failsAfterBytes) throw new Fault(problem);
      const progress = fold.add(line);
      if (progress) yield progress;
    }
    if (problem) throw new Fault(problem);
    const mismatch = platform && platformMismatch(reference, platform, image.platform);
    if (mismatch) throw mismatch;
    const name = registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
    this.#keep(image, wantedDigest === undefined ? familiarName : undefined, `${name}@${digest}`);
    this.#world.emit('image', 'pull', reference, { name: reference });
    fold.add({ status: `Digest: ${digest}` });
    yield fold.done();
  }

  async *push(reference: string, { signal }: Parameters<Images['push']>[1] = {}): AsyncGenerator<PullProgress> {
    const fold = new TransferFold(reference);
    yield fold.start();
    await this.#enter('push', reference, signal);
    const image = findImage(this.#world, reference);
    for (const [index, { bytes }] of image.layers.entries()) {
      await sleep(0, { signal });
      const progress = fold.add({ id: String(index), status: 'Pushing', progressDetail: { current: bytes, total: bytes } });
      if (progress) yield progress;
      fold.add({ id: String(index), status: 'Pushed' });
    }
    fold.add({ aux: { Digest: this.#world.registry.receive(reference, image) } });
    this.#world.emit('image', 'push', reference, { name: reference });
    yield fold.done();
  }

  async tag(source: string, target: string, { signal }: Cancellable = {}): Promise<void> {
    await this.#enter('tag', source, signal);
    this.#keep(findImage(this.#world, source), parseImageReference(target).familiarName);
  }

  async remove(reference: string, { signal, force }: Parameters<Images['remove']>[1] = {}): Promise<void> {
    await this.#enter('remove', reference, signal);
    const image = lookUp(this.#world, reference);
    if (!image) return;
    const user = [...this.#world.containers.values()].find((container) => container.image.id === image.id);
    const names = [...image.tags, ...image.digests];
    const named = names.filter((name) => name !== reference && familiar(name) !== familiar(reference));
    const last = reference === image.id || named.every((name) => image.digests.has(name));
    if (user && last && force !== true) throw conflict(`remove the image ${reference}`, `the container ${user.name} uses it.`);
    image.tags.delete(familiar(reference));
    if (last) this.#world.images.delete(image.id);
    this.#world.emit('image', 'delete', image.id);
  }

  async import(tar: Readable, reference: string, { signal, changes = [] }: Parameters<Images['import']>[2] = {}): Promise<string> {
    await this.#enter('import', reference, signal);
    const files = await unpackFiles(tar);
    const tree = new FileTree(files);
    const { config, labels } = applyChanges({ config: emptyConfig, labels: {} }, changes);
    const id = digestOf({ reference, changes, files: files.map(([path, { content }]) => [path, content.toString('base64')]) });
    const layers = [{ digest: digestOf({ layer: id }), bytes: tree.bytes }];
    const createdAt = this.#world.clock.now();
    const { platform } = this.#world;
    this.#keep({ id, platform, labels, config, layers, files: tree, createdAt, tags: new Set(), digests: new Set() }, familiar(reference));
    this.#world.emit('image', 'import', id);
    return id;
  }

  async save(references: readonly string[], { signal }: Cancellable = {}): Promise<Readable> {
    await this.#enter('save', references.join(' '), signal);
    const images = references.map((reference) => [reference, findImage(this.#world, reference)] as const);
    for (const [, image] of images) this.#saved.set(image.id, image);
    const manifest = images.map(([reference, { id }]) => ({ reference, id }));
    return packFiles([['manifest.json', file(JSON.stringify(manifest))]]).pipe(new PassThrough());
  }

  async load(tar: Readable, { signal }: Cancellable = {}): Promise<readonly string[]> {
    await this.#enter('load', '', signal);
    const manifest = new Map(await unpackFiles(tar)).get('manifest.json')?.content.toString() ?? '[]';
    const listed = JSON.parse(manifest) as { reference: string; id: string }[];
    return listed.map(({ reference, id }) => {
      const image = this.#saved.get(id);
      if (!image) throw notFound('image', id);
      this.#keep(image, reference);
      return reference;
    });
  }

  async *build(context: Readable, options: BuildOptions): AsyncGenerator<BuildOutput> {
    await this.#enter('build', options.tags[0] ?? '', options.signal);
    const image = yield* buildImage(this.#world, context, options);
    this.#keep(image);
    for (const tag of options.tags) this.#keep(image, familiar(tag));
    yield { text: '', imageId: image.id };
  }

  #keep(image: MemoryImage, tag?: string, digest?: string): void {
    const kept = this.#world.images.get(image.id) ?? { ...image, tags: new Set<string>(), digests: new Set<string>() };
    if (tag !== undefined) {
      for (const other of this.#world.images.values()) other.tags.delete(tag);
      kept.tags.add(tag);
    }
    if (digest !== undefined) kept.digests.add(digest);
    this.#world.images.set(kept.id, kept);
  }

  /** What a daemon would say while it pulls: layers that some image here has are not fetched again. */
  *#lines(image: MemoryImage): Generator<TransferLine> {
    const present = new Set([...this.#world.images.values()].flatMap(({ layers }) => layers.map(({ digest }) => digest)));
    const id = (digest: string): string => digest.slice(7, 19);
    for (const { digest } of image.layers) yield { id: id(digest), status: present.has(digest) ? 'Already exists' : 'Pulling fs layer' };
    const missing = image.layers.filter(({ digest }) => !present.has(digest));
    for (const { digest, bytes } of missing) {
      for (let step = 1; step <= stepsPerLayer; step += 1) {
        yield { id: id(digest), status: 'Downloading', progressDetail: { current: (bytes * step) / stepsPerLayer, total: bytes } };
      }
      yield { id: id(digest), status: 'Download complete' };
    }
    for (const { digest } of missing) yield { id: id(digest), status: 'Pull complete' };
  }

  async #enter(call: string, subject: string, signal: AbortSignal | undefined): Promise<void> {
    await Promise.resolve();
    this.#world.enter(`images.${call}`, subject, { signal });
  }
}

/** An image of the engine by reference, `name@digest` or id; raises `image.not-found`. */
export function findImage(world: World, reference: string): MemoryImage {
  const image = lookUp(world, reference);
  if (!image) throw notFound('image', reference);
  return image;
}

function lookUp(world: World, reference: string): MemoryImage | undefined {
  const images = [...world.images.values()];
  const byId = world.images.get(reference) ?? images.find(({ id }) => /^[0-9a-f]{12,64}$/.test(reference) && id.startsWith(`sha256:${reference}`));
  return byId ?? images.find(({ tags, digests }) => tags.has(familiar(reference)) || digests.has(familiar(reference)));
}

function familiar(reference: string): string {
  return /^sha256:[0-9a-f]{64}$|^[0-9a-f]{64}$/.test(reference) ? reference : parseImageReference(reference).familiarName;
}

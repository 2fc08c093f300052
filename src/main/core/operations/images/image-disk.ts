import type { DiskImage, DiskReport } from '../../../../shared/models/disk.ts';
import type { Cancellable } from '../../base/abort.ts';
import { composeLabels as labels } from '../../base/compose-labels.ts';
import { Fault, toProblem } from '../../base/fault.ts';
import { layerSizes } from '../../bundles/layer-sizes.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ImageSummary } from '../../engine/images.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import { findImage } from '../../stacks/images.ts';
import { isNeeded, type NeededImages, neededImages } from './needed-images.ts';
import type { SnapshotShelf } from '../snapshots/snapshot-shelf.ts';

export interface ImageDiskParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly library: Library;
  readonly shelf: SnapshotShelf;
}

/** Slipway's own images, which it makes anew when it needs them. */
const ownImages = /^slipway\//;

/** Who uses the space, and giving back what nobody needs. */
export class ImageDisk {
  readonly #parts: ImageDiskParts;

  constructor(parts: ImageDiskParts) {
    this.#parts = parts;
  }

  /** Changes nothing. Raises `engine.*`, `snapshot.*`. */
  async report({ signal }: Cancellable): Promise<DiskReport> {
    const engine = await this.#parts.connection.get({ signal });
    const [usage, { images, unreadable }, volumes, stored] = await Promise.all([
      engine.diskUsage({ signal }),
      this.#images(engine, { signal }),
      engine.volumes.list({ signal }),
      this.#parts.shelf.usage({ signal }),
    ]);
    const environments = new Map(this.#parts.library.list().map(({ projectName, name }) => [projectName, name]));
    const sizes = new Map(usage.volumes.map(({ name, bytes }) => [name, bytes]));
    const unused = images.filter((image) => image.unused);
    const reclaimableBytes = await this.#freed(engine, images, unused.filter(({ fromRegistry }) => fromRegistry), { signal });
    const { imagesBytes, containersBytes, volumesBytes, buildCacheBytes } = usage;
    return {
      imagesBytes,
      containersBytes,
      volumesBytes,
      buildCacheBytes,
      images,
      reclaimableBytes,
      localReclaimableBytes: Math.max(0, (await this.#freed(engine, images, unused, { signal })) - reclaimableBytes),
      volumes: volumes
        .map(({ name, labels: own }) => {
          const environment = environments.get(own[labels.project] ?? '');
          return { name, bytes: sizes.get(name) ?? 0, ...(environment === undefined ? {} : { environment }) };
        })
        .sort((a, b) => b.bytes - a.bytes),
      snapshots: { count: stored.snapshots.length, bytes: stored.storedBytes, unreferencedBytes: stored.unreferencedBytes },
      unreadable,
    };
  }

  /** Removes images as a job: those of the given ones that nobody needs when their turn comes. */
  prune(imageIds: readonly string[]): string {
    return this.#parts.jobs.start({ kind: 'images.prune', title: 'Remove unused images', run: (context) => this.#prune(imageIds, context) });
  }

  async #prune(imageIds: readonly string[], { signal, report }: JobContext): Promise<Record<string, unknown>> {
    const engine = await this.#parts.connection.get({ signal });
    const { images, unreadable } = await this.#images(engine, { signal });
    if (unreadable[0]) throw unknownNeeds(unreadable);
    const before = (await engine.diskUsage({ signal })).imagesBytes;
    const chosen = images.filter(({ id, unused }) => unused && imageIds.includes(id));
    const removed: string[] = [];
    for (const image of chosen) {
      signal.throwIfAborted();
      report({ type: 'step', step: { id: 'remove', title: 'Remove images', state: 'running', amount: { current: removed.length, total: chosen.length, unit: 'items' }, detail: image.references[0] ?? image.id } });
      if (await removeImage(engine, image, { signal })) removed.push(image.id);
      else report({ type: 'log', entry: { level: 'warning', text: `${image.references[0] ?? image.id} stays: it is in use by now.` } });
    }
    report({ type: 'step', step: { id: 'remove', title: 'Remove images', state: 'done' } });
    const kept = imageIds.filter((id) => !removed.includes(id));
    return { removed, kept, freedBytes: Math.max(0, before - (await engine.diskUsage({ signal })).imagesBytes) };
  }

  async #images(engine: Engine, { signal }: Cancellable): Promise<{ images: DiskImage[]; unreadable: DiskReport['unreadable'] }> {
    const unreadable: { environment: string; message: string }[] = [];
    const needs: { name: string; needed: NeededImages }[] = [];
    for (const record of this.#parts.library.list()) {
      try {
        needs.push({ name: record.name, needed: await neededImages(this.#parts.loader, record, { signal }) });
      } catch (error) {
        signal?.throwIfAborted();
        unreadable.push({ environment: record.name, message: toProblem(error).message });
      }
    }
    const [listed, containers] = await Promise.all([engine.images.list({ signal }), engine.containers.list({ signal })]);
    const images = listed.map((image): DiskImage => {
      const environments = needs.filter(({ needed }) => isNeeded(image, needed)).map(({ name }) => name);
      const users = containers.filter(({ imageId }) => imageId === image.id).map(({ name }) => name);
      const own = image.tags.some((tag) => ownImages.test(tag));
      return {
        id: image.id,
        references: referencesOf(image),
        bytes: image.sizeBytes,
        createdAt: image.createdAt.toISOString(),
        environments,
        containers: users,
        fromRegistry: image.digests.length > 0 || own,
        unused: unreadable.length === 0 && environments.length === 0 && users.length === 0,
      };
    });
    return { images: images.sort((a, b) => b.bytes - a.bytes), unreadable };
  }

  /** Bytes of the layers that only the images to be removed have. */
  async #freed(engine: Engine, all: readonly DiskImage[], removed: readonly DiskImage[], { signal }: Cancellable): Promise<number> {
    const gone = new Set(removed.map(({ id }) => id));
    const details = await Promise.all(all.map(({ id }) => findImage(engine, id, { signal })));
    const kept = new Set(details.flatMap((image) => (image && !gone.has(image.id) ? image.layers : [])));
    const freed = new Map<string, number>();
    for (const image of details) {
      if (!image || !gone.has(image.id)) continue;
      for (const [layer, bytes] of layerSizes(image, await engine.images.history(image.id, { signal }))) if (!kept.has(layer)) freed.set(layer, bytes);
    }
    return [...freed.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}

function referencesOf({ tags, digests }: ImageSummary): string[] {
  return tags.length > 0 ? [...tags] : [...digests];
}

/** Name by name and never by force, so that the engine itself refuses what a container uses. False: it did. */
async function removeImage(engine: Engine, { id, references }: DiskImage, { signal }: Cancellable): Promise<boolean> {
  try {
    for (const reference of [...references, id]) {
      const found = await findImage(engine, reference, { signal });
      if (found?.id === id) await engine.images.remove(reference, { signal });
    }
    return (await findImage(engine, id, { signal })) === undefined;
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'engine.conflict') return false;
    throw error;
  }
}

function unknownNeeds(unreadable: DiskReport['unreadable']): Fault {
  const names = unreadable.map(({ environment }) => environment).join(', ');
  return new Fault({
    code: 'project.invalid',
    message: `Nothing was removed: the files of ${names} can't be read, so nobody can say which images are needed.`,
    hint: 'Mend the files, or take the environment out of the library.',
    detail: unreadable.map(({ environment, message }) => `${environment}: ${message}`).join('\n'),
  });
}

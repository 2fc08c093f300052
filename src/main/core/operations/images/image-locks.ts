import path from 'node:path';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { ImageLock, LockReport } from '../../../../shared/models/image-check.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { Project } from '../../compose/project.ts';
import type { EnvironmentLoader, LoadedEnvironment } from '../../environments/environment-loader.ts';
import { defaultLockFile, lockChanges, readImageLock, writeImageLock } from '../../environments/image-lock.ts';
import { platformName } from '../../registry/client/choose-platform.ts';
import type { RegistryClients } from '../../registry/registry-clients.ts';
import { imageName } from '../../stacks/names.ts';
import { RemoteImages } from './remote-images.ts';
import type { SnapshotShelf } from '../snapshots/snapshot-shelf.ts';

export interface ImageLocksParts {
  readonly loader: EnvironmentLoader;
  readonly registryClients: RegistryClients;
  readonly shelf: SnapshotShelf;
}

/** Locks: files that say which digest each image reference of a project stands for. */
export class ImageLocks {
  readonly #parts: ImageLocksParts;

  constructor(parts: ImageLocksParts) {
    this.#parts = parts;
  }

  /** What locking now would write, and what that changes. Writes nothing. Raises `registry.*`, `image.not-found`, `project.*`. */
  async draft(record: EnvironmentRecord, options: Cancellable): Promise<LockReport> {
    const signal = sharedSignal(options.signal);
    const loaded = await this.#parts.loader.load(record, { signal });
    const { file, inForce } = lockFileOf(loaded);
    const remote = new RemoteImages(this.#parts.registryClients);
    try {
      const { locked, unlocked } = await this.#images(loaded, remote, { signal });
      const seed = await this.#seed(loaded.profile?.seed, remote, { signal });
      const lock: ImageLock = {
        version: 1,
        images: Object.fromEntries(locked.map(({ image, digest }) => [image, digest])),
        about: Object.fromEntries(locked.map(({ image, about }) => [image, about])),
        ...(seed ? { seed } : {}),
      };
      return { file, inForce, lock, changes: lockChanges(await readImageLock(file), lock), unlocked };
    } finally {
      await remote.close();
    }
  }

  /** Writes the lock afresh. The same images give the same file, to the byte. */
  async write(record: EnvironmentRecord, options: Cancellable): Promise<LockReport> {
    const report = await this.draft(record, options);
    await writeImageLock(report.file, report.lock);
    return report;
  }

  /**
   * The project with each service's image by the digest that it has now, as Compose's `--resolve-image-digests` names it.
   * Services that name no image stay as they are. Raises `registry.*`, `image.not-found`.
   */
  async pinned(project: Project, options: Cancellable): Promise<Project> {
    const signal = sharedSignal(options.signal);
    const remote = new RemoteImages(this.#parts.registryClients);
    try {
      const services = Object.entries(project.services).map(async ([name, service]) => {
        const { image } = service;
        return [name, image === undefined ? service : { ...service, image: withDigest(image, await remote.digest(image, { signal })) }] as const;
      });
      return { ...project, services: Object.fromEntries(await Promise.all(services)) };
    } finally {
      await remote.close();
    }
  }

  async #images(loaded: LoadedEnvironment, remote: RemoteImages, options: Cancellable) {
    const { project } = loaded.definition;
    const services = Object.entries(project.services).map(([name, service]) => ({ image: imageName(project.name, name, service), built: service.build !== undefined }));
    const mounted = Object.values(project.services).flatMap(({ volumes = [] }) =>
      volumes.flatMap(({ type, source }) => (type === 'image' && source ? [{ image: source, built: false }] : [])),
    );
    const unique = [...new Map([...mounted, ...services].map((one) => [one.image, one])).values()];
    const locked = await Promise.all(
      unique.filter(({ built }) => !built).map(async ({ image }) => {
        const digest = await remote.digest(image, options);
        const { variants } = await remote.inspect(image, digest, options);
        const times = variants.flatMap(({ createdAt }) => (createdAt ? [createdAt.toISOString()] : [])).sort();
        const created = times.at(-1);
        return { image, digest, about: { platforms: variants.map(({ platform }) => platformName(platform)), ...(created ? { created } : {}) } };
      }),
    );
    const unlocked = unique.filter(({ built }) => built).map(({ image }) => ({ image, reason: 'it is built here' }));
    return { locked, unlocked };
  }

  /** A seed is a snapshot of this store, or one in a registry; a file has no digest to lock. */
  async #seed(reference: string | undefined, remote: RemoteImages, options: Cancellable): Promise<ImageLock['seed']> {
    if (reference === undefined) return undefined;
    const unlessFault = (error: unknown): undefined => {
      if (!(error instanceof Fault)) throw error;
    };
    const local = await this.#parts.shelf.get(reference, options).catch(unlessFault);
    const digest = local?.id ?? (await remote.digest(reference, options).catch(unlessFault));
    return digest === undefined ? undefined : { reference, digest };
  }
}

/** `registry/name:tag@digest` with nothing left to defaults; where the reference names a digest itself, without its tag. */
function withDigest(image: string, digest: string): string {
  const { registry, repository, tag, digest: own } = parseImageReference(image);
  return `${registry}/${repository}${tag === undefined || own !== undefined ? '' : `:${tag}`}@${digest}`;
}

/** The file that the profile names, or the usual one, which is in force only once a profile names it. */
export function lockFileOf({ definition, profile }: LoadedEnvironment): { readonly file: string; readonly inForce: boolean } {
  return { file: path.resolve(definition.workingDirectory, profile?.lock ?? defaultLockFile), inForce: profile?.lock !== undefined };
}

import type { Problem } from '../../../../shared/problem.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { Platform } from '../engine.ts';
import type { RegistryAuth } from '../images.ts';
import { FileTree, file, normalPath } from './file-tree.ts';
import { applyChanges, digestOf, emptyConfig, type MemoryImage } from './memory-image.ts';

/** An image as a test publishes it. */
export interface Publication {
  /** Sizes of its layers in bytes; the default is one of 1000. */
  readonly layers?: readonly number[];
  readonly platform?: Platform;
  /** Dockerfile lines: `CMD ["postgres"]`, `VOLUME /data`, … */
  readonly changes?: readonly string[];
  /** Contents of its root file system by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Who may pull it; everybody by default. */
  readonly login?: { readonly username: string; readonly password: string };
  /** What every pull fails with, after `failsAfterBytes` (0 by default). */
  readonly problem?: Problem;
  readonly failsAfterBytes?: number;
}

export interface Published extends Publication {
  readonly digest: string;
  readonly image: MemoryImage;
}

/** Every registry of the memory engine's world. */
export class MemoryRegistry {
  /** Hosts that nobody answers at. */
  readonly unreachable = new Set<string>();
  readonly #published = new Map<string, Published>();

  /** Puts an image under a reference, replacing what was there; returns its digest. */
  publish(reference: string, publication: Publication = {}): string {
    const { layers = [1000], platform = { os: 'linux', architecture: 'amd64' }, changes = [], files = {} } = publication;
    const parsed = parseImageReference(reference);
    const content = { name: parsed.repository, layers, platform, changes, files };
    const { config, labels } = applyChanges({ config: emptyConfig, labels: {} }, changes);
    const image: MemoryImage = {
      id: digestOf({ config: content }),
      platform,
      labels,
      config,
      layers: layers.map((bytes, index) => ({ digest: digestOf({ name: parsed.repository, index, bytes }), bytes })),
      files: new FileTree(Object.entries(files).map(([path, text]) => [normalPath(path), file(text)])),
      createdAt: new Date(0),
      tags: new Set(),
      digests: new Set(),
    };
    const digest = digestOf(content);
    this.#published.set(parsed.familiarName, { ...publication, digest, image });
    return digest;
  }

  /** Puts an image of the engine under its own reference. */
  receive(reference: string, image: MemoryImage): string {
    const { familiarName } = parseImageReference(reference);
    const digest = digestOf({ pushed: image.id });
    this.#published.set(familiarName, { digest, image });
    return digest;
  }

  remove(reference: string): void {
    this.#published.delete(parseImageReference(reference).familiarName);
  }

  /** What a pull of `reference` would get. Raises as a registry's refusals do. */
  find(reference: string, auth: RegistryAuth | undefined): Published {
    const { registry, repository, digest, familiarName } = parseImageReference(reference);
    const found =
      digest === undefined
        ? this.#published.get(familiarName)
        : [...this.#published].find(([name, known]) => {
            const parsed = parseImageReference(name);
            return known.digest === digest && parsed.registry === registry && parsed.repository === repository;
          })?.[1];
    const data = { reference, registry };
    if (this.unreachable.has(registry)) {
      const hint = 'Check that the registry is up.';
      throw new Fault({ code: 'registry.unreachable', message: `The engine could not reach the registry ${registry}.`, hint, data });
    }
    if (!found) {
      const hint = 'Check the name and the tag.';
      throw new Fault({ code: 'image.not-found', message: `${registry} has no image ${reference}.`, hint, data });
    }
    const { login } = found;
    if (login && (auth?.username !== login.username || auth.password !== login.password)) {
      const message = `${registry} does not let you have ${reference}: it is private or doesn't exist.`;
      throw new Fault({ code: 'registry.unauthorized', message, hint: `Log in to ${registry}.`, data });
    }
    return found;
  }
}

import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { sharedSignal } from '../base/shared-signal.ts';
import type { Project } from '../compose/project.ts';
import type { Engine } from '../engine/engine.ts';
import type { ImageDetails } from '../engine/images.ts';
import { imageName } from './names.ts';

/** Reference as the project writes it → the image on the engine. What the engine lacks is not in it. */
export type PresentImages = ReadonlyMap<string, ImageDetails>;

/** Reference as the project writes it → `name@digest`, which engines and registries are asked for in its place. */
export type ImagePins = Readonly<Record<string, string>>;

/** Every image that the project runs or mounts. */
export function imagesOf(project: Project): string[] {
  const references = Object.entries(project.services).flatMap(([name, service]) => [
    imageName(project.name, name, service),
    ...(service.volumes ?? []).flatMap((mount) => (mount.type === 'image' && mount.source ? [mount.source] : [])),
  ]);
  return [...new Set(references)].sort();
}

/** Looks up which images of the project the engine has. Raises `engine.*`. */
export async function observeImages(engine: Engine, project: Project, options: Cancellable & { readonly lock?: ImagePins | undefined } = {}): Promise<PresentImages> {
  const signal = sharedSignal(options.signal);
  const found = await Promise.all(
    imagesOf(project).map(async (reference) => [reference, await findImage(engine, options.lock?.[reference] ?? reference, { signal })] as const),
  );
  return new Map(found.flatMap(([reference, image]) => (image ? [[reference, image] as const] : [])));
}

/** The image, or undefined when the engine does not have it. */
export async function findImage(engine: Engine, reference: string, { signal }: Cancellable): Promise<ImageDetails | undefined> {
  try {
    return await engine.images.inspect(reference, { signal });
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'image.not-found') return undefined;
    throw error;
  }
}

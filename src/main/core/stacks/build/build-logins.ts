import type { Cancellable } from '../../base/abort.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { RegistryAuth } from '../../engine/images.ts';

/** The person's login for an image's registry. Given by whoever knows registries. */
export type FindLogin = (reference: string, options: Cancellable) => Promise<RegistryAuth | undefined>;

/** One login for each registry that a build takes images from. */
export async function loginsFor(images: readonly string[], findLogin: FindLogin | undefined, { signal }: Cancellable): Promise<RegistryAuth[]> {
  if (!findLogin) return [];
  const found = await Promise.all([...new Set(images)].map((image) => findLogin(image, { signal })));
  return [...new Map(found.flatMap((auth) => (auth ? [[auth.serverAddress, auth] as const] : []))).values()];
}

/**
 * The login for a registry that a builder asks for by its host: that of the first known image there, else that of any
 * image there, for a Dockerfile that the engine fetches is not known here.
 */
export function loginForHost(images: readonly string[], findLogin: FindLogin | undefined) {
  return async (host: string, { signal }: Cancellable): Promise<RegistryAuth | undefined> => {
    const known = images.find((image) => parseImageReference(image).registry === host);
    return findLogin?.(known ?? `${host}/any/image`, { signal });
  };
}

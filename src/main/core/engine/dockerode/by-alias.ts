import { Fault } from '../../base/fault.ts';
import { digestAlias } from '../../base/image-reference.ts';

/**
 * Asks for an image by its reference and, where the engine has none of that digest, by the tag that stands for the
 * digest: engines keep no digest of images that were handed over as archives.
 */
export async function orByAlias<T>(reference: string, ask: (name: string) => Promise<T>): Promise<T> {
  const alias = digestAlias(reference);
  if (alias === undefined) return ask(reference);
  try {
    return await ask(reference);
  } catch (error) {
    if (!(error instanceof Fault) || error.problem.code !== 'image.not-found') throw error;
    // When there is no such tag either, what the engine said of the digest is what counts.
    return await ask(alias).catch(() => Promise.reject(error));
  }
}

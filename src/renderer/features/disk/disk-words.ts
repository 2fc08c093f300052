import type { DiskImage } from '../../../shared/models/disk.ts';

export function imageName({ references, id }: Pick<DiskImage, 'references' | 'id'>): string {
  return references.length > 0 ? references.join(', ') : `without a name (${id.slice(7, 19)})`;
}

/** Who needs an image, in a few words. */
export function neededBy({ environments, containers }: Pick<DiskImage, 'environments' | 'containers'>): string {
  if (environments.length > 0) return environments.join(', ');
  const [first, ...others] = containers;
  if (first === undefined) return 'Not known';
  return others.length === 0 ? `Container ${first}` : `Container ${first} and ${String(others.length)} more`;
}

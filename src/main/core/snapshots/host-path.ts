/** Stands as the driver of a "volume" that is a directory of the engine's machine, which is its name. */
export const bindDriver = 'bind';

/** Whether a volume's name is a path, as `docker run --volume` tells them apart: no volume's name begins like this. */
export function isHostPath(name: string): boolean {
  return /^(\/|[A-Za-z]:[\\/])/.test(name);
}

import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pack, type PackOptions } from 'tar-fs';
import type { BuildContext } from './build-context.ts';

export interface ContextTar {
  readonly tar: Readable;
  /** Path of the Dockerfile inside the tar. */
  readonly dockerfile: string;
}

/**
 * Packs a build's directory for the classic builder, without what its `.dockerignore` leaves out, everything owned by
 * root as Docker's client does it. A Dockerfile that is inline or outside the directory is added under a name of its own.
 */
export function packContext({ directory, dockerfile, ignore }: BuildContext): ContextTar {
  const { inside, text } = dockerfile;
  const added = inside === undefined ? { name: `.dockerfile.${randomBytes(8).toString('hex')}`, text } : undefined;
  const always = new Set([inside, '.dockerignore', `${inside ?? ''}.dockerignore`]);
  const options: PackOptions & { readonly umask: number } = {
    // Modes go along as they are, whatever this process masks.
    umask: 0,
    ignore: (name) => {
      const relative = path.relative(directory, name).split(path.sep).join('/');
      if (relative === '' || always.has(relative) || !ignore.ignored(relative)) return false;
      // A directory may hold what an exception brings back, or the Dockerfile: it is looked into, and sent along empty.
      const isDirectory = lstatSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
      return !(isDirectory && (ignore.hasExceptions || [...always].some((kept) => kept?.startsWith(`${relative}/`))));
    },
    map: (header) => ({ ...header, uid: 0, gid: 0 }),
    ...(added
      ? {
          finalize: false,
          finish: (open) => {
            open.entry({ name: added.name }, added.text);
            open.finalize();
          },
        }
      : {}),
  };
  const tar = pack(directory, options);
  const out = new PassThrough();
  tar.on('error', (error: Error) => out.destroy(error));
  return { tar: tar.pipe(out), dockerfile: added?.name ?? inside ?? 'Dockerfile' };
}

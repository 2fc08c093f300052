import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pack, type PackOptions } from 'tar-fs';
import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import { parseDockerIgnore } from './docker-ignore.ts';

export interface BuildContext {
  /** The context as a tar. */
  readonly tar: Readable;
  /** Path of the Dockerfile inside the tar. */
  readonly dockerfile: string;
  /** What stands in the Dockerfile. */
  readonly text: string;
}

/**
 * Packs a build's directory without what its `.dockerignore` leaves out, everything owned by root as Docker's client
 * does it. A Dockerfile that is inline or outside the directory is added under a name of its own.
 * Raises `project.invalid` when the directory or the Dockerfile can't be read.
 */
export async function packBuildContext(service: string, build: Build): Promise<BuildContext> {
  const directory = build.context ?? '.';
  if (!(await stat(directory).catch(() => undefined))?.isDirectory()) throw unreadable(service, `the build context ${directory}`);
  const own = path.resolve(directory, build.dockerfile ?? 'Dockerfile');
  const inside = path.relative(directory, own).split(path.sep).join('/');
  const isOutside = inside.startsWith('../') || path.isAbsolute(inside);
  const text = build.dockerfile_inline ?? (await readText(service, own));
  const added =
    build.dockerfile_inline !== undefined || isOutside ? { name: `.dockerfile.${randomBytes(8).toString('hex')}`, text } : undefined;
  return { tar: await tarOf(directory, own, added ? undefined : inside, added), dockerfile: added?.name ?? inside, text };
}

interface AddedFile {
  readonly name: string;
  readonly text: string;
}

async function tarOf(directory: string, dockerfile: string, inside: string | undefined, added: AddedFile | undefined): Promise<Readable> {
  const rules = parseDockerIgnore((await firstText([`${dockerfile}.dockerignore`, path.join(directory, '.dockerignore')])) ?? '');
  const always = new Set([inside, '.dockerignore', `${inside ?? ''}.dockerignore`]);
  const options: PackOptions & { readonly umask: number } = {
    // Modes go along as they are, whatever this process masks.
    umask: 0,
    ignore: (name) => {
      const relative = path.relative(directory, name).split(path.sep).join('/');
      if (relative === '' || always.has(relative) || !rules.ignored(relative)) return false;
      // A directory may hold what an exception brings back, or the Dockerfile: it is looked into, and sent along empty.
      const isDirectory = lstatSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
      return !(isDirectory && (rules.hasExceptions || [...always].some((kept) => kept?.startsWith(`${relative}/`))));
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
  return tar.pipe(out);
}

async function firstText(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

async function readText(service: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(service, `the Dockerfile ${file}`, error);
  }
}

function unreadable(service: string, what: string, cause?: unknown): Fault {
  return new Fault(
    { code: 'project.invalid', message: `The image of ${service} can't be built: ${what} can't be read.`, hint: 'Correct the path under "build".', data: { service } },
    { cause },
  );
}

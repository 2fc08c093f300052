import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import { type IgnoreRules, parseDockerIgnore } from './docker-ignore.ts';

/** A build's directory and Dockerfile on this machine. */
export interface BuildContext {
  /** Absolute. */
  readonly directory: string;
  readonly dockerfile: Dockerfile;
  readonly ignore: IgnoreRules;
}

export interface Dockerfile {
  readonly text: string;
  /** Absolute; none for an inline one. */
  readonly file?: string;
  /** Relative to the directory, with `/`, where it is inside. */
  readonly inside?: string;
}

/** Reads what a build is made from. Raises `project.invalid` when the directory or the Dockerfile can't be read. */
export async function readBuildContext(service: string, build: Build): Promise<BuildContext> {
  const directory = path.resolve(build.context ?? '.');
  if (!(await stat(directory).catch(() => undefined))?.isDirectory()) throw unreadable(service, `the build context ${directory}`);
  const own = path.resolve(directory, build.dockerfile ?? 'Dockerfile');
  const ignore = await readIgnoreRules(directory, `${own}.dockerignore`);
  return { directory, ignore, dockerfile: build.dockerfile_inline === undefined ? await readDockerfile(service, directory, own) : { text: build.dockerfile_inline } };
}

/** What a directory's `.dockerignore` leaves out, or the file that is for one Dockerfile alone. */
export async function readIgnoreRules(directory: string, ...first: readonly string[]): Promise<IgnoreRules> {
  return parseDockerIgnore((await firstText([...first, path.join(directory, '.dockerignore')])) ?? '');
}

async function readDockerfile(service: string, directory: string, file: string): Promise<Dockerfile> {
  const inside = path.relative(directory, file).split(path.sep).join('/');
  const isOutside = inside.startsWith('../') || path.isAbsolute(inside);
  try {
    return { text: await readFile(file, 'utf8'), file, ...(isOutside ? {} : { inside }) };
  } catch (error) {
    throw unreadable(service, `the Dockerfile ${file}`, error);
  }
}

async function firstText(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

function unreadable(service: string, what: string, cause?: unknown): Fault {
  return new Fault(
    { code: 'project.invalid', message: `The image of ${service} can't be built: ${what} can't be read.`, hint: 'Correct the path under "build".', data: { service } },
    { cause },
  );
}

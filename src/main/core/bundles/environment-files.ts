import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Cancellable } from '../base/abort.ts';
import { toData, type MapNode } from '../compose/source/node.ts';
import { isInnerPath } from './bundle-manifest.ts';

export interface EnvironmentFilesRequest extends Cancellable {
  /** The merged Compose document with absolute paths. */
  readonly document: MapNode;
  /** The environment's own folder. */
  readonly directory: string;
  /** Compose and env files that were read on loading. */
  readonly sources: readonly string[];
  /** Further files of Slipway's own: locks, seeds. */
  readonly more: readonly string[];
  /** Take the files of secrets along. */
  readonly withSecrets: boolean;
}

export interface LocalFile {
  readonly source: string;
  /** From the bundle's root. */
  readonly path: string;
  readonly bytes: number;
  readonly executable: boolean;
}

export interface EnvironmentFiles {
  /** Folder that all paths count from: the environment's own, or one above that holds files it refers to. */
  readonly root: string;
  readonly files: readonly LocalFile[];
  /** Secrets' files that stay at home. */
  readonly ask: readonly string[];
  /** What the environment refers to and the bundle can't hold. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}

/** Every local file that an environment needs to be started elsewhere; build contexts stay at home. */
export async function findEnvironmentFiles(request: EnvironmentFilesRequest): Promise<EnvironmentFiles> {
  const { directory, sources, withSecrets } = request;
  const referred = references(toData(request.document) as Document);
  const secrets = new Set(referred.secrets);
  const definite = [...sources, ...referred.files, ...request.more].filter((file) => file !== '-');
  const root = commonFolder([directory, ...definite.map((file) => path.dirname(file))]);
  const inside = (file: string): string => path.relative(root, file).split(path.sep).join('/');
  const files = new Map<string, LocalFile>();
  const ask = new Set<string>();
  const leftOut = new Map<string, string>();

  const take = async (file: string): Promise<void> => {
    request.signal?.throwIfAborted();
    const name = inside(file);
    const found = await stat(file).catch(() => undefined);
    if (!found || files.has(name)) return;
    if (found.isDirectory()) {
      if ((await lstat(file)).isSymbolicLink()) leftOut.set(file, 'it is a link to a folder');
      else for (const child of (await readdir(file)).sort()) await take(path.join(file, child));
    } else if (secrets.has(file) && !withSecrets) ask.add(name);
    else if (!isInnerPath(name)) leftOut.set(file, name.startsWith('..') ? 'it lies outside of the environment’s folder' : 'its name can’t stand on every system');
    else if (!found.isFile()) leftOut.set(file, 'it is no plain file');
    else files.set(name, { source: file, path: name, bytes: found.size, executable: (found.mode & 0o100) !== 0 });
  };

  for (const file of [...definite, ...referred.secrets]) await take(file);
  for (const mount of referred.mounts) {
    if (inside(mount) === '' || inside(mount).startsWith('..')) leftOut.set(mount, 'it lies outside of the environment’s folder');
    else await take(mount);
  }
  return {
    root,
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    ask: [...ask].sort(),
    leftOut: [...leftOut].map(([left, why]) => ({ path: left, why })),
  };
}

interface Document {
  readonly services?: Record<string, ServiceData | null>;
  readonly configs?: Record<string, { readonly file?: string } | null>;
  readonly secrets?: Record<string, { readonly file?: string } | null>;
}

interface ServiceData {
  readonly env_file?: readonly (string | { readonly path: string })[];
  readonly label_file?: readonly string[];
  readonly volumes?: readonly { readonly type?: string; readonly source?: string }[];
}

function references(document: Document): { files: string[]; secrets: string[]; mounts: string[] } {
  const services = Object.values(document.services ?? {}).filter((service) => service !== null);
  const named = (objects: Document['configs']): string[] => Object.values(objects ?? {}).flatMap((object) => object?.file ?? []);
  return {
    files: [
      ...services.flatMap(({ env_file: files = [] }) => files.map((file) => (typeof file === 'string' ? file : file.path))),
      ...services.flatMap(({ label_file: files = [] }) => files),
      ...named(document.configs),
    ],
    secrets: named(document.secrets),
    mounts: services.flatMap(({ volumes = [] }) => volumes.flatMap(({ type, source }) => (type === 'bind' && source ? [source] : []))),
  };
}

function commonFolder(folders: readonly string[]): string {
  const [first = '/', ...others] = folders;
  let common = first;
  while (others.some((folder) => folder !== common && !folder.startsWith(common.endsWith(path.sep) ? common : common + path.sep))) {
    const above = path.dirname(common);
    if (above === common) break;
    common = above;
  }
  return common;
}

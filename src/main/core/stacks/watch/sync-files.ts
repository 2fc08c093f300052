import { createReadStream } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';

/** A path on this machine and where it belongs in a container. */
export interface SyncedFile {
  readonly file: string;
  /** Absolute, with `/`. */
  readonly target: string;
}

export interface SyncResult {
  /** Targets that were written. */
  readonly written: readonly string[];
  /** Targets that were removed, because the file is no more. */
  readonly removed: readonly string[];
}

/** So many paths are removed by one command: its arguments have a limit. */
const removedAtOnce = 200;

/**
 * Makes files in a running container as they are here: removes those that are no more, writes the others, owned by root
 * and with their modes. Works on any image; only removing needs an `rm` in it. Raises `engine.*`, `watch.failed`.
 */
export async function syncFiles(engine: Engine, containerId: string, files: readonly SyncedFile[], { signal }: Cancellable): Promise<SyncResult> {
  const present: SyncedFile[] = [];
  const gone: SyncedFile[] = [];
  for (const one of files) ((await isThere(one.file)) ? present : gone).push(one);
  const removed = outermost(gone.map(({ target }) => target));
  for (let at = 0; at < removed.length; at += removedAtOnce) {
    await remove(engine, containerId, removed.slice(at, at + removedAtOnce), { signal });
  }
  const written = present.length > 0 ? await write(engine, containerId, present, { signal }) : [];
  return { written, removed };
}

/** Removing a directory removes what is in it. */
function outermost(targets: readonly string[]): string[] {
  const known = new Set(targets);
  const hasKnownParent = (target: string): boolean => {
    for (let at = path.posix.dirname(target); at !== path.posix.dirname(at); at = path.posix.dirname(at)) if (known.has(at)) return true;
    return false;
  };
  return targets.filter((target) => !hasKnownParent(target));
}

async function remove(engine: Engine, containerId: string, targets: readonly string[], { signal }: Cancellable): Promise<void> {
  const { exitCode, stderr } = await engine.containers.exec(containerId, { command: ['rm', '-rf', '--', ...targets], user: '0' }, { signal });
  if (exitCode === 0) return;
  throw new Fault({
    code: 'watch.failed',
    message: `Files that were removed here could not be removed in the container: ${targets.join(', ')}.`,
    hint: 'Rebuild the image to be rid of them.',
    detail: stderr.trim() || `rm ended with exit code ${exitCode}`,
  });
}

async function write(engine: Engine, containerId: string, files: readonly SyncedFile[], { signal }: Cancellable): Promise<string[]> {
  const tar = pack();
  const out = new PassThrough();
  const packing = packFiles(tar, files).then(
    (written) => {
      tar.finalize();
      return written;
    },
    (error: unknown) => {
      tar.destroy(error as Error);
      throw error;
    },
  );
  const [written] = await Promise.all([packing, pipeline(tar, out, { signal }), engine.containers.writeArchive(containerId, '/', out, { signal })]);
  return written;
}

/** A file that goes away or shrinks while it is packed is left out or padded: its change comes along right after. */
async function packFiles(tar: Pack, files: readonly SyncedFile[]): Promise<string[]> {
  const written: string[] = [];
  for (const { file, target } of files) {
    if (await packOne(tar, file, target.replace(/^\/+/, ''))) written.push(target);
  }
  return written;
}

async function packOne(tar: Pack, file: string, name: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  if (!found) return false;
  const common = { name, mode: found.mode & 0o7777, uid: 0, gid: 0, mtime: found.mtime };
  if (found.isSymbolicLink()) {
    const linkname = await readlink(file).catch(() => undefined);
    if (linkname === undefined) return false;
    tar.entry({ ...common, type: 'symlink', linkname });
    return true;
  }
  if (!found.isFile()) return false;
  const handle = await open(file).catch(() => undefined);
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    if (size === 0) tar.entry(common, Buffer.alloc(0));
    else await pipeline(exactly(file, handle.fd, size), tar.entry({ ...common, size }));
    return true;
  } finally {
    await handle.close();
  }
}

/** The first `size` bytes of an open file, made up with zeros should it have shrunk: the tar has announced so many. */
async function* exactly(file: string, fd: number, size: number): AsyncGenerator<Buffer, void, void> {
  let left = size;
  for await (const chunk of createReadStream(file, { fd, start: 0, end: size - 1, autoClose: false })) {
    left -= (chunk as Buffer).length;
    yield chunk as Buffer;
  }
  if (left > 0) yield Buffer.alloc(left);
}

async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(() => undefined)) !== undefined;
}

/**
 * Where a file below a watched path belongs: below the rule's target. A file that is watched itself becomes the target,
 * or goes into it where the target is written with a `/` at its end.
 */
export function targetOf({ root, target = '/', isFile }: { readonly root: string; readonly target?: string; readonly isFile: boolean }, file: string): string {
  const relative = path.relative(root, file).split(path.sep).join('/');
  if (isFile && target.endsWith('/')) return path.posix.join(target, path.basename(root));
  return isFile || relative === '' ? target : path.posix.join(target, relative);
}

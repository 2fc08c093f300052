import { type FSWatcher, type Stats, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../base/fault.ts';
import { isWithin } from './watched-paths.ts';

export interface TreeWatcherOptions {
  /** Files and directories to watch; absolute. */
  readonly roots: readonly string[];
  /** Directories that are not looked into. */
  readonly skips: (directory: string) => boolean;
  /**
   * Told each path that came, went or changed, with whether it was there before. A directory is told only when it goes,
   * with all that was in it.
   */
  readonly onChange: (file: string, existed: boolean) => void;
  /** Told when watching can't go on. */
  readonly onFailure: (fault: Fault) => void;
}

interface WatchedDirectory {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/**
 * Follows what happens in directory trees, one system watch a directory: Node's own recursive watching sets one a file
 * on Linux, follows what should be ignored, and loses directories that are moved. What the system reports is only a
 * hint to look: events of one path are told in the order in which they were seen to be true.
 */
export class TreeWatcher {
  readonly #options: TreeWatcherOptions;
  readonly #directories = new Map<string, WatchedDirectory>();
  /** Parents of the roots, where a root that is replaced is seen. */
  readonly #parents = new Map<string, FSWatcher>();
  readonly #files = new Set<string>();
  readonly #toLook = new Set<string>();
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: TreeWatcherOptions) {
    this.#options = options;
  }

  /** Resolves once everything below the roots is watched. Raises `watch.failed`. */
  async start(): Promise<void> {
    const roots = this.#options.roots.filter((root, index, all) => !all.some((other, at) => at !== index && isWithin(other, root) && (other !== root || at < index)));
    for (const root of roots) {
      this.#watchParent(root, roots);
      await this.#look(root, false);
    }
  }

  close(): void {
    this.#closed = true;
    for (const { watcher } of this.#directories.values()) watcher.close();
    for (const watcher of this.#parents.values()) watcher.close();
    this.#directories.clear();
    this.#parents.clear();
  }

  #watchParent(root: string, roots: readonly string[]): void {
    const parent = path.dirname(root);
    if (this.#parents.has(parent)) return;
    const watcher = this.#open(parent, (name) => {
      const file = path.join(parent, name);
      if (roots.includes(file)) this.#hint(file);
    });
    this.#parents.set(parent, watcher);
  }

  #open(directory: string, onEvent: (name: string) => void): FSWatcher {
    try {
      const watcher = watch(directory, (_kind, name) => {
        if (name !== null) onEvent(name);
      });
      watcher.on('error', (error: NodeJS.ErrnoException) => {
        // The directory went away: whoever watches its parent hears of it.
        if (error.code !== 'EPERM' && error.code !== 'ENOENT') this.#options.onFailure(unwatchable(directory, error));
      });
      return watcher;
    } catch (error) {
      throw unwatchable(directory, error as NodeJS.ErrnoException);
    }
  }

  /** Looks at a path soon, one after another. */
  #hint(file: string): void {
    if (this.#closed || this.#toLook.has(file)) return;
    this.#toLook.add(file);
    this.#looking = this.#looking
      .then(async () => {
        this.#toLook.delete(file);
        if (!this.#closed) await this.#look(file, true);
      })
      .catch((error: unknown) => {
        this.#options.onFailure(error instanceof Fault ? error : unwatchable(file, error as NodeJS.ErrnoException));
      });
  }

  async #look(file: string, telling: boolean): Promise<void> {
    const found = await lstatIfThere(file);
    if (found?.isDirectory()) {
      if (this.#files.delete(file) && telling) this.#options.onChange(file, true);
      if (this.#options.skips(file)) return;
      const known = this.#directories.get(file);
      if (known?.identity === identityOf(found)) return;
      await this.#enter(file, found, telling);
      return;
    }
    const wasDirectory = this.#directories.has(file);
    if (wasDirectory) this.#leave(file, telling);
    if (found) {
      if (wasDirectory && telling) this.#options.onChange(file, true);
      this.#saw(file, telling);
    } else if (this.#files.delete(file) || wasDirectory) {
      this.#options.onChange(file, true);
    }
  }

  /** Watches a directory first and reads it then, so that nothing made meanwhile is missed. */
  async #enter(directory: string, found: Stats, telling: boolean): Promise<void> {
    const before = this.#directories.has(directory)
      ? [...this.#files, ...this.#directories.keys()].filter((file) => path.dirname(file) === directory && file !== directory)
      : [];
    this.#directories.get(directory)?.watcher.close();
    let watcher: FSWatcher;
    try {
      watcher = this.#open(directory, (name) => {
        // A directory tells of its own end under its own name: from then on its watch is deaf.
        if (name === path.basename(directory)) this.#staleThenHint(directory);
        this.#hint(path.join(directory, name));
      });
    } catch (error) {
      if (!(await lstatIfThere(directory))) return;
      throw error;
    }
    this.#directories.set(directory, { watcher, identity: identityOf(found) });
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    if (this.#closed) watcher.close();
    for (const entry of entries) {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) await this.#look(file, telling);
      else this.#saw(file, telling);
    }
    const names = new Set(entries.map(({ name }) => name));
    for (const gone of before) if (!names.has(path.basename(gone))) await this.#look(gone, telling);
  }

  #saw(file: string, telling: boolean): void {
    const existed = this.#files.has(file);
    this.#files.add(file);
    if (telling) this.#options.onChange(file, existed);
  }

  #staleThenHint(directory: string): void {
    const known = this.#directories.get(directory);
    if (!known) return;
    this.#directories.set(directory, { ...known, identity: '' });
    this.#hint(directory);
  }

  #leave(directory: string, telling: boolean): void {
    for (const [other, { watcher }] of this.#directories) {
      if (!isWithin(directory, other)) continue;
      watcher.close();
      this.#directories.delete(other);
    }
    for (const file of this.#files) {
      if (!isWithin(directory, file)) continue;
      this.#files.delete(file);
      if (telling) this.#options.onChange(file, true);
    }
  }
}

/** Tells a directory that took another's place from the one that was there. */
function identityOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}

async function lstatIfThere(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function unwatchable(directory: string, error: NodeJS.ErrnoException): Fault {
  const full = error.code === 'ENOSPC' || error.code === 'EMFILE';
  return new Fault(
    {
      code: 'watch.failed',
      message: full ? `${directory} can't be watched: the system allows no more watches.` : `${directory} can't be watched.`,
      hint: full
        ? 'Leave out large directories with "ignore", or raise the limit: sysctl fs.inotify.max_user_watches=524288'
        : 'Check that it exists and that you may read it.',
      detail: error.message,
    },
    { cause: error },
  );
}

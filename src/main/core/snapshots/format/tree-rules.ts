import { damaged } from './damage.ts';
import { PathTable } from './path-table.ts';
import type { VolumeEntry } from './volume-entry.ts';

const maxPathBytes = 4096;
const what = 'The file index';
const directory = 1;
const linkable = 2;
/** A part that is empty, `.` or `..`. */
const emptyOrDotted = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * The rules that make a list of entries safe to write to a file system: the root first, then only names below it, each
 * once, each within a directory (never a link) that came before; hard links only to files that came before.
 */
export class TreeRules {
  readonly #volumes = new Set<string>();
  /** What came before in the volume: directories, and what can have a further name. */
  #kinds = new PathTable();
  /** The directory of the entry before, which is mostly the next one's too; undefined where that is not known. */
  #parent: string | undefined;

  startVolume(name: string): void {
    if (this.#volumes.has(name)) throw damaged(what, `it holds volume ${name} twice`);
    this.#volumes.add(name);
    this.#kinds = new PathTable();
    this.#parent = undefined;
  }

  /** Raises `snapshot.damaged` when `entry` breaks a rule. */
  check(entry: { readonly path: string; readonly type: VolumeEntry['type']; readonly target?: string }): void {
    const { path, type, target = '' } = entry;
    if (path === '') {
      if (type !== 'directory' || this.#kinds.size > 0) throw damaged(what, 'a volume’s root is not what comes first');
    } else {
      if (!isPlainPath(path)) throw damaged(what, `${JSON.stringify(path)} is no path below a volume’s root`);
      if (!this.#hasDirectory(path)) throw damaged(what, `${JSON.stringify(path)} lies in no directory`);
    }
    // Links to links and to devices are made by real programs; to directories by none.
    if (type === 'hardlink' && !(isPlainPath(target) && this.#kinds.get(target) === linkable)) {
      throw damaged(what, `${JSON.stringify(path)} is a hard link to no file that came before it`);
    }
    if (type === 'symlink' && (target === '' || target.includes('\0'))) {
      throw damaged(what, `${JSON.stringify(path)} is a link to an impossible name`);
    }
    if (!this.#kinds.add(path, type === 'directory' ? directory : linkable)) throw damaged(what, `${JSON.stringify(path)} is there twice`);
  }

  #hasDirectory(path: string): boolean {
    const slash = Math.max(0, path.lastIndexOf('/'));
    if (this.#parent?.length === slash && path.startsWith(this.#parent)) return true;
    const parent = path.slice(0, slash);
    if (this.#kinds.get(parent) !== directory) return false;
    this.#parent = parent;
    return true;
  }
}

function isPlainPath(path: string): boolean {
  return (
    // No UTF-16 unit takes more than three bytes.
    (path.length * 3 <= maxPathBytes || Buffer.byteLength(path) <= maxPathBytes) &&
    !path.includes('\0') &&
    !emptyOrDotted.test(path)
  );
}

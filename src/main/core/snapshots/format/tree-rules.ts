import { damaged } from './damage.ts';
import type { VolumeEntry } from './volume-entry.ts';

const maxPathBytes = 4096;
const what = 'The file index';
/** A part that is empty, `.` or `..`. */
const emptyOrDotted = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * The rules that make a list of entries safe to write to a file system: the root first, then only names below it, each
 * once, each within a directory (never a link) that came before; hard links only to files that came before.
 */
export class TreeRules {
  readonly #volumes = new Set<string>();
  #types = new Map<string, VolumeEntry['type']>();
  /** The directory of the entry before, which is mostly the next one's too; undefined where that is not known. */
  #parent: string | undefined;

  startVolume(name: string): void {
    if (this.#volumes.has(name)) throw damaged(what, `it holds volume ${name} twice`);
    this.#volumes.add(name);
    this.#types = new Map();
    this.#parent = undefined;
  }

  /** Raises `snapshot.damaged` when `entry` breaks a rule. */
  check(entry: VolumeEntry): void {
    const { path, type } = entry;
    if (path === '') {
      if (type !== 'directory' || this.#types.size > 0) throw damaged(what, 'a volume’s root is not what comes first');
    } else {
      if (!isPlainPath(path)) throw damaged(what, `${JSON.stringify(path)} is no path below a volume’s root`);
      if (!this.#hasDirectory(path)) throw damaged(what, `${JSON.stringify(path)} lies in no directory`);
    }
    if (this.#types.has(path)) throw damaged(what, `${JSON.stringify(path)} is there twice`);
    if (type === 'hardlink' && !isLinkable(this.#types.get(entry.target))) {
      throw damaged(what, `${JSON.stringify(path)} is a hard link to no file that came before it`);
    }
    if (type === 'symlink' && (entry.target === '' || entry.target.includes('\0'))) {
      throw damaged(what, `${JSON.stringify(path)} is a link to an impossible name`);
    }
    this.#types.set(path, type);
  }

  #hasDirectory(path: string): boolean {
    const slash = Math.max(0, path.lastIndexOf('/'));
    if (this.#parent?.length === slash && path.startsWith(this.#parent)) return true;
    const parent = path.slice(0, slash);
    if (this.#types.get(parent) !== 'directory') return false;
    this.#parent = parent;
    return true;
  }
}

/** Links to links and to devices are made by real programs; to directories by none. */
function isLinkable(type: VolumeEntry['type'] | undefined): boolean {
  return type !== undefined && type !== 'directory';
}

function isPlainPath(path: string): boolean {
  return (
    // No UTF-16 unit takes more than three bytes.
    (path.length * 3 <= maxPathBytes || Buffer.byteLength(path) <= maxPathBytes) &&
    !path.includes('\0') &&
    !emptyOrDotted.test(path)
  );
}

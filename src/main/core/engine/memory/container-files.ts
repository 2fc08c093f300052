import { Fault } from '../../base/fault.ts';
import { isWithin, normalPath, type FileNode, type FileTree } from './file-tree.ts';
import type { Mount } from './mounts.ts';

/** What a container sees as its files: its own root with the mounts over it. */
export class ContainerFiles {
  readonly #root: FileTree;
  readonly #mounts: readonly { readonly at: string; readonly files: FileTree }[];

  constructor(root: FileTree, mounts: readonly Mount[]) {
    this.#root = root;
    this.#mounts = mounts
      .map(({ point, files }) => ({ at: normalPath(point.target), files }))
      .sort((one, other) => other.at.length - one.at.length);
  }

  get(path: string): FileNode | undefined {
    const { files, inside } = this.#locate(normalPath(path));
    return files.get(inside);
  }

  set(path: string, node: FileNode): void {
    const { files, inside } = this.#locate(normalPath(path));
    files.set(inside, node);
  }

  /** `path` and all below it, named as the daemon names them in a tar: below the last part of `path`. */
  *archive(path: string): Generator<readonly [string, FileNode]> {
    const base = normalPath(path);
    if (!this.get(path)) throw missing(path);
    // `/v/.` is the content only: the daemon calls the directory itself `./`.
    const shown = path.endsWith('/.') ? '.' : base.slice(base.lastIndexOf('/') + 1) || '/';
    for (const [absolute, node] of this.#below(base)) yield [shown + absolute.slice(base.length), node];
  }

  /** Puts files below an existing directory. */
  unpack(path: string, files: readonly (readonly [string, FileNode])[]): void {
    const base = this.get(path);
    if (!base) throw missing(path);
    if (base.type !== 'directory') {
      throw new Fault({ code: 'engine.rejected', message: `${path} is not a directory.`, hint: 'Name a directory.', data: { path } });
    }
    for (const [name, node] of files) this.set(`${path}/${name}`, node);
  }

  *#below(base: string): Generator<readonly [string, FileNode]> {
    const places = [{ at: '', files: this.#root }, ...this.#mounts].filter(({ at }) => isWithin(at, base) || isWithin(base, at));
    const found = places.flatMap(({ at, files }) =>
      [...files.entries()].map(([inside, node]) => [[at, inside].filter(Boolean).join('/'), node, files] as const),
    );
    const visible = found.filter(([absolute, , files]) => isWithin(absolute, base) && this.#locate(absolute).files === files);
    for (const [absolute, node] of visible.sort(([one], [other]) => (one < other ? -1 : 1))) yield [absolute, node];
  }

  #locate(path: string): { files: FileTree; inside: string } {
    const mount = this.#mounts.find(({ at }) => isWithin(path, at));
    return mount ? { files: mount.files, inside: path.slice(mount.at.length).replace(/^\//, '') } : { files: this.#root, inside: path };
  }
}

function missing(path: string): Fault {
  return new Fault({
    code: 'engine.not-found',
    message: `There is no ${path} in the container.`,
    hint: 'Check the path.',
    data: { subject: path },
  });
}

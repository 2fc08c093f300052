/** One file, directory or link of an in-memory volume or root file system, as a tar would hold it. */
export interface FileNode {
  readonly type: 'file' | 'directory' | 'symlink' | 'link';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Date;
  readonly content: Buffer;
  readonly linkname?: string;
}

/** Files by path, without leading or trailing slashes; the root itself is ''. Parents exist for whatever exists. */
export class FileTree {
  readonly #nodes = new Map<string, FileNode>();

  constructor(nodes: Iterable<readonly [string, FileNode]> = []) {
    this.set('', directory());
    for (const [path, node] of nodes) this.set(path, node);
  }

  get(path: string): FileNode | undefined {
    return this.#nodes.get(path);
  }

  set(path: string, node: FileNode): void {
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    if (path !== '' && !this.#nodes.has(parent)) this.set(parent, directory());
    this.#nodes.set(path, node);
  }

  delete(path: string): void {
    for (const known of [...this.#nodes.keys()]) if (isWithin(known, path)) this.#nodes.delete(known);
  }

  /** `path` and all below it, parents first. */
  *entries(path = ''): Generator<readonly [string, FileNode]> {
    const found = [...this.#nodes].filter(([known]) => isWithin(known, path));
    yield* found.sort(([one], [other]) => (one < other ? -1 : 1));
  }

  get isEmpty(): boolean {
    return this.#nodes.size === 1;
  }

  get bytes(): number {
    return [...this.#nodes.values()].reduce((sum, { content }) => sum + content.length, 0);
  }

  copy(): FileTree {
    return new FileTree(this.#nodes);
  }
}

export function file(content: string | Buffer, more: Partial<FileNode> = {}): FileNode {
  return { ...directory(), type: 'file', mode: 0o644, content: Buffer.from(content), ...more };
}

export function directory(more: Partial<FileNode> = {}): FileNode {
  return { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: new Date(0), content: Buffer.alloc(0), ...more };
}

/** Whether `path` is `base` or below it. */
export function isWithin(path: string, base: string): boolean {
  return base === '' || path === base || path.startsWith(`${base}/`);
}

/** `/a//b/./c/` as `a/b/c`; `..` climbs, but never above the root. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

import { Decoder } from '@toondepauw/node-zstd';

const decoder = new Decoder();
const types: Readonly<Record<string, string>> = { d: 'directory', f: 'file', l: 'symlink', h: 'hardlink', p: 'fifo', c: 'character', b: 'block' };

/** A thing of a volume; the names of one file share it. */
export interface ModelNode {
  readonly type: string;
  readonly target: string;
  description: string;
  content: Buffer;
}

/** A volume in memory that carries instructions out as the helper does, and refuses what a kernel would. */
export class ModelVolume {
  readonly nodes = new Map<string, ModelNode>([['', { type: 'directory', target: '', description: '', content: Buffer.alloc(0) }]]);
  /** What came, each as a letter and what it is about; `E+` makes, `E` changes. */
  readonly log: string[] = [];
  /** Raw bytes of the frames that were loaded. */
  readonly frames: number[] = [];
  receivedBytes = 0;
  readonly #slots = new Map<number, Buffer>();
  #file: ModelNode | undefined;

  async carryOut(instructions: AsyncIterable<Buffer>): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of instructions) pieces.push(piece);
    const all = Buffer.concat(pieces);
    this.receivedBytes += all.length;
    for (let at = 0; at < all.length; ) {
      const length = all.readUInt32LE(at + 1);
      this.#carryOut(all.toString('latin1', at, at + 1), all.subarray(at + 5, at + 5 + length));
      at += 5 + length;
    }
  }

  /** Everything there is, to compare; names of one file are told with the first of them. */
  describe(): Readonly<Record<string, string>> {
    const first = new Map<ModelNode, string>();
    const described: Record<string, string> = {};
    for (const path of [...this.nodes.keys()].sort()) {
      const node = this.#node(path);
      if (!first.has(node)) first.set(node, path);
      described[path] = `${node.type} ${first.get(node)} ${node.target} ${node.description} ${node.content.toString('latin1')}`;
    }
    return described;
  }

  #carryOut(type: string, content: Buffer): void {
    if (type === 'L') {
      const raw = decoder.decodeSync(content.subarray(8));
      if (raw.length !== content.readUInt32LE(4)) throw new Error('a frame has another length');
      this.frames.push(raw.length);
      this.#slots.set(content.readUInt32LE(0), raw);
    } else if (type === 'W') this.#write(content);
    else if (type === 'E') this.#entry(content);
    else if (type === 'R') this.#remove(content.toString());
    else if (type === 'X') this.#clear();
  }

  #clear(): void {
    const root = this.#node('');
    this.nodes.clear();
    this.nodes.set('', root);
  }

  #remove(path: string): void {
    this.log.push(`R ${path}`);
    if ([...this.nodes.keys()].some((other) => other.startsWith(`${path}/`))) throw new Error(`${path} is not empty`);
    this.nodes.delete(path);
  }

  #entry(content: Buffer): void {
    const type = types[content.toString('latin1', 0, 1)] ?? '';
    const isNew = content.readUInt8(1) === 1 && content.readUInt16LE(40) > 0;
    const end = 44 + content.readUInt16LE(40);
    const [path, target] = [content.toString('utf8', 44, end), content.toString('utf8', end, end + content.readUInt16LE(42))];
    this.log.push(`${isNew ? 'E+' : 'E'} ${path}`);
    if (isNew === this.nodes.has(path)) throw new Error(`${path} is ${isNew ? 'there already' : 'not there'}`);
    if (path !== '' && this.#node(parentOf(path)).type !== 'directory') throw new Error(`${path} lies in no directory`);
    if (isNew) this.nodes.set(path, type === 'hardlink' ? this.#node(target) : { type, target, description: '', content: Buffer.alloc(0) });
    const node = this.#node(path);
    if (type === 'hardlink') return;
    if (node.type !== type) throw new Error(`${path} is no ${type}`);
    node.description = `${content.subarray(2, 24).toString('hex')} ${content.subarray(32, 40).toString('hex')} ${content.subarray(end + target.length).toString('latin1')}`;
    const size = Number(content.readBigUInt64LE(24));
    node.content = Buffer.concat([node.content.subarray(0, size), Buffer.alloc(Math.max(0, size - node.content.length))]);
    this.#file = node;
  }

  #write(content: Buffer): void {
    for (let at = 0; at < content.length; at += 20) {
      const frame = this.#slots.get(content.readUInt32LE(at + 8)) ?? Buffer.alloc(0);
      const start = content.readUInt32LE(at + 12);
      const bytes = frame.subarray(start, start + content.readUInt32LE(at + 16));
      if (bytes.length !== content.readUInt32LE(at + 16)) throw new Error('content does not fit its frame');
      if (bytes.copy(this.#file?.content ?? Buffer.alloc(0), Number(content.readBigUInt64LE(at))) !== bytes.length) throw new Error('content does not fit its file');
    }
  }

  #node(path: string): ModelNode {
    const node = this.nodes.get(path);
    if (!node) throw new Error(`${path} is not there`);
    return node;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

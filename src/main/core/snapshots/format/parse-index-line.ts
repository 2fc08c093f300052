import { z } from 'zod';
import { damaged } from './damage.ts';
import type { ChunkRuns } from './index-line.ts';
import type { VolumeEntry } from './volume-entry.ts';

/** One line of a file index (FORMAT.md, "File index"): the start of a volume, an entry, or more chunks of the file before. */
export type IndexLine =
  | { readonly kind: 'volume'; readonly name: string }
  | { readonly kind: 'more'; readonly chunks: ChunkRuns }
  | { readonly kind: 'entry'; readonly entry: VolumeEntry; readonly chunks: number[]; readonly offset: number };

type Fields = Readonly<Record<string, unknown>>;

const maxNumber = 0xffff_ffff;
const attributes = z.record(z.string(), z.base64());

/**
 * Reads a line; fields that the format does not name are left out. By hand, as an index has one for every file and a
 * schema takes several times as long. Throws an Error for what is not of the format.
 */
export function parseIndexLine(line: string): IndexLine {
  const fields: unknown = JSON.parse(line);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw new Error('a line is no object');
  const read = fields as Fields;
  if (read['type'] === 'volume') return { kind: 'volume', name: text(read, 'name') };
  if (read['type'] === 'more') return { kind: 'more', chunks: runs(read) };
  const hasContent = read['type'] === 'file' && read['chunks'] !== undefined;
  const offset = hasContent && read['offset'] !== undefined ? integer(read, 'offset', 0) : 0;
  return { kind: 'entry', entry: entryOf(read), chunks: hasContent ? runs(read) : [], offset };
}

/** The same, raising `snapshot.damaged`. */
export function readIndexLine(line: string): IndexLine {
  try {
    return parseIndexLine(line);
  } catch (error) {
    throw damaged('The file index', 'it holds a line that is not of the format', { cause: error });
  }
}

function entryOf(read: Fields): VolumeEntry {
  const common = {
    path: text(read, 'path'),
    mode: integer(read, 'mode', 0, 0o7777),
    uid: integer(read, 'uid', 0),
    gid: integer(read, 'gid', 0),
    mtime: integer(read, 'mtime', Number.MIN_SAFE_INTEGER),
    nanos: read['nanos'] === undefined ? 0 : integer(read, 'nanos', 0, 999_999_999),
    ...(read['xattrs'] === undefined ? {} : { xattrs: attributes.parse(read['xattrs']) }),
  };
  const { type } = read;
  switch (type) {
    case 'file':
      return { type, ...common, size: integer(read, 'size', 0) };
    case 'directory':
    case 'fifo':
      return { type, ...common };
    case 'symlink':
    case 'hardlink':
      return { type, ...common, target: text(read, 'target') };
    case 'character':
    case 'block':
      return { type, ...common, device: deviceOf(read) };
    default:
      throw new Error('a line is of an unknown type');
  }
}

function deviceOf({ device }: Fields): readonly [number, number] {
  if (!Array.isArray(device) || device.length !== 2 || !device.every(isSmallNumber)) throw new Error('a device has no numbers');
  const [major = 0, minor = 0] = device;
  return [major, minor];
}

function runs({ chunks }: Fields): number[] {
  if (!Array.isArray(chunks) || chunks.length % 3 !== 0 || !chunks.every(isSmallNumber)) throw new Error('a content list is not of triples');
  return chunks;
}

function isSmallNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= maxNumber;
}

function integer(read: Fields, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = read[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) throw new Error(`${name} is not a number that fits`);
  return value;
}

function text(read: Fields, name: string): string {
  const value = read[name];
  if (typeof value !== 'string') throw new Error(`${name} is no text`);
  return value;
}

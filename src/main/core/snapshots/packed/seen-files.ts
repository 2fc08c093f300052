import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FileContent } from '../format/index-line.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import type { Blobs } from '../store/blobs.ts';
import { readIndex } from '../store/index-reader.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { fileRecordBytes } from './packed-parser.ts';

/** How the files of a volume looked when a snapshot read them: what the helper may skip next time. */
export interface SeenFiles {
  /** File records for the helper. */
  readonly records: Buffer;
  /** The file of each record. */
  readonly files: readonly SeenFile[];
  /** Digests of the packs as `files` counts them; absent: they are counted as in the snapshot that is being written. */
  readonly packs?: readonly string[];
}

export interface SeenFile extends FileContent {
  readonly entry: VolumeEntry;
}

/** What is remembered of them: the records, and of each which file of the volume it is, counted from 0 in the index's order. */
export interface SeenRecords {
  readonly records: Buffer;
  readonly positions: Uint32Array;
}

const nothingSeen: SeenFiles = { records: Buffer.alloc(0), files: [], packs: [] };

/**
 * A memory of this machine beside the store, a file a volume: the snapshot's digest, then each file's record and its
 * position (u32, little-endian). Losing it only costs time.
 */
export class SeenFilesCache {
  readonly #blobs: Blobs;

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** Of the newest capture of this volume, when its snapshot is still among `records`. */
  async read(environmentId: string, volume: string, records: readonly SnapshotRecord[]): Promise<SeenFiles> {
    const content = await readFile(this.#file(environmentId, volume)).catch(() => undefined);
    const digest = content?.toString('latin1', 0, digestBytes);
    const snapshot = records.find(({ descriptor }) => descriptor.digest === digest);
    if (!content || !snapshot || (content.length - digestBytes) % rememberedBytes !== 0) return nothingSeen;
    const remembered = unpack(content.subarray(digestBytes));
    const files: SeenFile[] = [];
    const [index, ...packs] = snapshot.manifest.layers;
    let position = 0;
    for await (const { volume: holder, entry, chunks, offset } of readIndex(this.#blobs, index)) {
      if (holder !== volume || entry.type !== 'file') continue;
      if (remembered.positions[files.length] === position) files.push({ entry, chunks, offset });
      position += 1;
    }
    if (files.length !== remembered.positions.length) return nothingSeen;
    return { records: remembered.records, files, packs: packs.map(({ digest: pack }) => pack) };
  }

  async write(environmentId: string, volume: string, digest: string, seen: SeenRecords): Promise<void> {
    const file = this.#file(environmentId, volume);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, Buffer.concat([Buffer.from(digest, 'latin1'), pack(seen)]));
  }

  #file(environmentId: string, volume: string): string {
    const name = createHash('sha256').update(`${environmentId}\0${volume}`).digest('hex').slice(0, 32);
    return path.join(this.#blobs.directory, 'slipway', 'seen-files', name);
  }
}

/** `sha256:` and 64 digits. */
const digestBytes = 71;
const positionBytes = 4;
const rememberedBytes = fileRecordBytes + positionBytes;

function pack({ records, positions }: SeenRecords): Buffer {
  const packed = Buffer.allocUnsafe(positions.length * rememberedBytes);
  positions.forEach((position, at) => {
    records.copy(packed, at * rememberedBytes, at * fileRecordBytes, (at + 1) * fileRecordBytes);
    packed.writeUInt32LE(position, at * rememberedBytes + fileRecordBytes);
  });
  return packed;
}

function unpack(packed: Buffer): SeenRecords {
  const positions = new Uint32Array(packed.length / rememberedBytes);
  const records = Buffer.allocUnsafe(positions.length * fileRecordBytes);
  for (let at = 0; at < positions.length; at += 1) {
    packed.copy(records, at * fileRecordBytes, at * rememberedBytes, at * rememberedBytes + fileRecordBytes);
    positions[at] = packed.readUInt32LE(at * rememberedBytes + fileRecordBytes);
  }
  return { records, positions };
}

import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { copyBytes } from '../../base/copy-bytes.ts';
import type { Blobs } from '../store/blobs.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { IndexedFiles } from './indexed-files.ts';
import { fileRecordBytes } from './packed-entry.ts';
import { nothingSeen, type SeenFiles, type SeenRecords } from './seen-files.ts';

/**
 * A memory of this machine beside the store, a file a volume: the snapshot's digest, the SHA-256 of what follows, then each
 * file's record and its position (u32, little-endian). Losing it only costs time.
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
    if (!content || !snapshot) return nothingSeen;
    const packed = content.subarray(digestBytes + sumBytes);
    if (!sumOf(packed).equals(content.subarray(digestBytes, digestBytes + sumBytes))) return nothingSeen;
    const [index, ...packs] = snapshot.manifest.layers;
    return (await IndexedFiles.open(this.#blobs, { volume, index, packs: packs.map(({ digest: pack }) => pack) }, unpack(packed))) ?? nothingSeen;
  }

  async write(environmentId: string, volume: string, digest: string, seen: SeenRecords): Promise<void> {
    const file = this.#file(environmentId, volume);
    const packed = pack(seen);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, Buffer.concat([Buffer.from(digest, 'latin1'), sumOf(packed), packed]));
  }

  #file(environmentId: string, volume: string): string {
    const name = createHash('sha256').update(`${environmentId}\0${volume}`).digest('hex').slice(0, 32);
    return path.join(this.#blobs.directory, 'slipway', 'seen-files', name);
  }
}

/** `sha256:` and 64 digits. */
const digestBytes = 71;
const sumBytes = 32;
const positionBytes = 4;
const rememberedBytes = fileRecordBytes + positionBytes;

function sumOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function pack({ records, positions }: SeenRecords): Buffer {
  const packed = Buffer.allocUnsafe(positions.length * rememberedBytes);
  positions.forEach((position, at) => {
    copyBytes(records, at * fileRecordBytes, fileRecordBytes, packed, at * rememberedBytes);
    packed.writeUInt32LE(position, at * rememberedBytes + fileRecordBytes);
  });
  return packed;
}

function unpack(packed: Buffer): SeenRecords {
  const positions = new Uint32Array(packed.length / rememberedBytes);
  const records = Buffer.allocUnsafe(positions.length * fileRecordBytes);
  for (let at = 0; at < positions.length; at += 1) {
    copyBytes(packed, at * rememberedBytes, fileRecordBytes, records, at * fileRecordBytes);
    positions[at] = packed.readUInt32LE(at * rememberedBytes + fileRecordBytes);
  }
  return { records, positions };
}

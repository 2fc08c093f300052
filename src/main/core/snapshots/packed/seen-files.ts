import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FileContent } from '../format/index-line.ts';
import type { VolumeEntry } from '../format/volume-entry.ts';
import type { Blobs } from '../store/blobs.ts';
import { readIndex } from '../store/index-reader.ts';
import type { EntrySink } from '../store/index-writer.ts';
import type { SnapshotRecord } from '../store/snapshot-record.ts';
import { fileRecordBytes } from './packed-parser.ts';

/** How the files of a volume looked when a snapshot read them: what the helper may skip next time. */
export interface SeenFiles {
  /** File records for the helper. */
  readonly records: Buffer;
  /** Path → content. */
  readonly contents: ReadonlyMap<string, FileContent>;
  /** Digests of the packs as `contents` counts them; absent: it counts those of the snapshot that is being written. */
  readonly packs?: readonly string[];
}

const nothingSeen: SeenFiles = { records: Buffer.alloc(0), contents: new Map(), packs: [] };

/** Keeps what a first reading of a volume finds, for the second one. */
export class ContentCollector implements EntrySink {
  readonly contents = new Map<string, FileContent>();

  startVolume(): void {
    this.contents.clear();
  }

  addEntry({ type, path: name }: VolumeEntry, content: FileContent): void {
    if (type === 'file') this.contents.set(name, content);
  }
}

/**
 * A memory of this machine beside the store, a file a volume: the snapshot's digest, then file records. Losing it only
 * costs time.
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
    if (!content || !snapshot || (content.length - digestBytes) % fileRecordBytes !== 0) return nothingSeen;
    const contents = new Map<string, FileContent>();
    const [index, ...packs] = snapshot.manifest.layers;
    for await (const { volume: holder, entry, chunks, offset } of readIndex(this.#blobs, index)) {
      if (holder === volume && entry.type === 'file') contents.set(entry.path, { chunks, offset });
    }
    return { records: content.subarray(digestBytes), contents, packs: packs.map(({ digest: pack }) => pack) };
  }

  async write(environmentId: string, volume: string, digest: string, records: Buffer): Promise<void> {
    const file = this.#file(environmentId, volume);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, Buffer.concat([Buffer.from(digest, 'latin1'), records]));
  }

  #file(environmentId: string, volume: string): string {
    const name = createHash('sha256').update(`${environmentId}\0${volume}`).digest('hex').slice(0, 32);
    return path.join(this.#blobs.directory, 'slipway', 'seen', name);
  }
}

/** `sha256:` and 64 digits. */
const digestBytes = 71;

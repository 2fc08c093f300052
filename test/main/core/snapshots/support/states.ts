import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import type { VolumeEntry } from '../../../../../src/main/core/snapshots/format/volume-entry.ts';
import { applyJob, type ApplyInput } from '../../../../../src/main/core/snapshots/jobs/apply-job.ts';
import { appendRun } from '../../../../../src/main/core/snapshots/store/append-run.ts';
import { Blobs } from '../../../../../src/main/core/snapshots/store/blobs.ts';
import { ChunkWriter } from '../../../../../src/main/core/snapshots/store/chunk-writer.ts';
import { IndexWriter } from '../../../../../src/main/core/snapshots/store/index-writer.ts';
import { readKnownChunks } from '../../../../../src/main/core/snapshots/store/known-chunks.ts';
import type { StoredPack } from '../../../../../src/main/core/snapshots/store/pack-writer.ts';
import type { SnapshotProgress } from '../../../../../src/shared/models/snapshot.ts';
import { tempDir } from '../../../../support/temp.ts';
import { nameSnapshot } from './forge-snapshot.ts';
import { ModelVolume } from './model-volume.ts';
import { storeFixture } from './store-fixture.ts';

/** An entry of a state; a string is the content of a file, an absent one that of a directory. */
export interface StateEntry {
  readonly path: string;
  readonly type?: VolumeEntry['type'];
  readonly content?: string | Buffer;
  readonly target?: string;
  readonly mode?: number;
  readonly mtime?: number;
}

/** The chunks of databases. */
const chunkBytes = 8192;

/** Snapshots of one volume, `data`, made of lists of entries: in any order, without an engine. */
export class States {
  readonly directory: string;
  readonly #packs: StoredPack[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async make(): Promise<States> {
    const { directory } = await storeFixture({ base: await tempDir('states') });
    return new States(directory);
  }

  /** A snapshot whose index holds the entries as they come; the root is added. Chunks that are stored are named where they lie. */
  async snapshot(entries: readonly StateEntry[]): Promise<string> {
    const blobs = new Blobs(this.directory);
    const known = await readKnownChunks(blobs, this.#packs, { signal: new AbortController().signal, logger: silentLogger });
    const chunks = new ChunkWriter(blobs, { known, packs: this.#packs });
    const index = new IndexWriter(blobs);
    index.startVolume('data');
    const whole = [{ path: '' }, ...entries];
    for (const entry of whole) index.addEntry(volumeEntry(entry), { chunks: await addContent(chunks, contentOf(entry)), offset: 0 });
    const packs = await chunks.finish();
    const layers = [await index.finish(), ...packs] as const;
    this.#packs.push(...packs.filter(({ digest }) => !this.#packs.some((pack) => pack.digest === digest)));
    const bytes = whole.reduce((sum, entry) => sum + contentOf(entry).length, 0);
    const volume = { key: 'data', name: 'data', driver: 'local', driverOptions: {}, labels: {}, bytes, files: 0, entries: whole.length };
    return nameSnapshot(this.directory, { layers, volumes: [volume] });
  }

  /** Turns a volume that holds one snapshot into another, and says how it went. */
  async change(currentId: string, snapshotId: string, paths?: readonly string[]): Promise<{ readonly volume: ModelVolume; readonly progress: readonly SnapshotProgress[] }> {
    const volume = new ModelVolume();
    await this.apply(volume, { snapshotId: currentId });
    Object.assign(volume, { receivedBytes: 0 });
    for (const list of [volume.log, volume.frames]) list.length = 0;
    const progress = await this.apply(volume, { currentId, snapshotId, ...(paths ? { paths } : {}) });
    return { volume, progress };
  }

  async apply(volume: ModelVolume, { paths, ...ids }: Pick<ApplyInput, 'currentId' | 'snapshotId'> & { paths?: readonly string[] }): Promise<readonly SnapshotProgress[]> {
    const progress: SnapshotProgress[] = [];
    await applyJob(
      { directory: this.directory, ...ids, targets: [{ from: 'data', volume: 'data', ...(paths ? { paths } : {}) }] },
      {
        signal: new AbortController().signal,
        read: () => {
          throw new Error('nothing is to be read');
        },
        write: (_volume, instructions) => volume.carryOut(instructions),
        progress: (one) => progress.push(one),
      },
    );
    return progress;
  }
}

function contentOf({ content = '' }: StateEntry): Buffer {
  return Buffer.from(content as Buffer);
}

function volumeEntry(state: StateEntry): VolumeEntry {
  const { path, target = '', mode = 0o755, mtime = 1 } = state;
  const type = state.type ?? (state.content === undefined ? 'directory' : 'file');
  const common = { path, mode, uid: 1, gid: 2, mtime, nanos: 3 };
  if (type === 'file') return { ...common, type, size: contentOf(state).length };
  if (type === 'symlink' || type === 'hardlink') return { ...common, type, target };
  return type === 'character' || type === 'block' ? { ...common, type, device: [1, 3] } : { ...common, type };
}

async function addContent(chunks: ChunkWriter, content: Buffer): Promise<number[]> {
  const runs: number[] = [];
  for (let at = 0; at < content.length; at += chunkBytes) {
    const bytes = content.copy(chunks.reserve(chunkBytes), 0, at, at + chunkBytes);
    appendRun(runs, chunks.add(bytes));
    await chunks.drain();
  }
  return runs;
}

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { Fault } from '../base/fault.ts';
import { isAlive, ownIdentity, processIdentity } from './store/process-identity.ts';
import { storageFault } from './store/storage-fault.ts';
import { withStoreLock } from './store/store-lock.ts';

const strings = z.record(z.string(), z.string());

const entrySchema = z.object({
  version: z.literal(1),
  owner: processIdentity,
  environmentId: z.string(),
  /** What is being restored; absent: the volumes are being emptied. */
  snapshotId: z.string().optional(),
  targets: z.array(z.object({ from: z.string(), volume: z.string(), paths: z.array(z.string()).optional() })),
  /** How to make the target volumes again, should the process be killed between removing and making one. */
  specs: z.array(
    z.object({ name: z.string(), driver: z.string().optional(), driverOptions: strings.optional(), labels: strings.optional() }),
  ),
  /** `saving`: nothing has been replaced. Then what has to become of the volumes. */
  state: z.enum(['saving', 'replacing', 'rolling-back']),
  /** Its process could neither finish nor undo it, and leaves it to the next `recoverRestores`, its own too. */
  givenUp: z.boolean().optional(),
  /** What the volumes held before; absent when there was nothing to save. */
  safetySnapshotId: z.string().optional(),
});
export type JournalEntry = z.infer<typeof entrySchema>;

/** What a process killed while it replaced a journal leaves beside it. */
const unfinishedWrite = /^restore-.*\.json\.\d+$/;
/** Longer than any living process takes to replace a journal, in milliseconds. */
const unfinishedAge = 60_000;

async function removeOld(file: string): Promise<void> {
  const { mtimeMs } = await stat(file);
  if (Date.now() - mtimeMs > unfinishedAge) await rm(file, { force: true });
}

async function onDisk(directory: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw storageFault(error, directory);
  }
}

/** The note about one restore that outlives its process: a file that is on disk before each step it tells of. */
export class Journal {
  readonly #file: string;
  #entry: JournalEntry;

  private constructor(file: string, entry: JournalEntry) {
    this.#file = file;
    this.#entry = entry;
  }

  get entry(): JournalEntry {
    return this.#entry;
  }

  static async begin(directory: string, entry: Omit<JournalEntry, 'version' | 'owner' | 'state'>): Promise<Journal> {
    await onDisk(directory, () => mkdir(directory, { recursive: true }));
    const journal = new Journal(path.join(directory, `restore-${randomUUID()}.json`), {
      version: 1,
      owner: await ownIdentity(),
      state: 'saving',
      ...entry,
    });
    await journal.note({});
    return journal;
  }

  /** The journals of processes that ended, each taken over by this one. */
  static async takeOver(directory: string): Promise<readonly Journal[]> {
    await mkdir(directory, { recursive: true });
    return withStoreLock(directory, 'index', async () => {
      const abandoned: Journal[] = [];
      for (const name of (await readdir(directory)).sort()) {
        if (unfinishedWrite.test(name)) await removeOld(path.join(directory, name));
        if (!/^restore-.*\.json$/.test(name)) continue;
        const journal = await Journal.#read(path.join(directory, name));
        if (journal.entry.givenUp !== true && (await isAlive(journal.entry.owner))) continue;
        await journal.note({ owner: await ownIdentity(), givenUp: false });
        abandoned.push(journal);
      }
      return abandoned;
    });
  }

  /** Resolves when the change is on disk. Raises `snapshot.no-space`, `storage.failed`. */
  async note(change: Partial<JournalEntry>): Promise<void> {
    this.#entry = { ...this.#entry, ...change };
    await onDisk(path.dirname(this.#file), () => writeFileAtomic(this.#file, JSON.stringify(this.#entry)));
  }

  async end(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  static async #read(file: string): Promise<Journal> {
    const text = await readFile(file, 'utf8');
    try {
      return new Journal(file, entrySchema.parse(JSON.parse(text)));
    } catch (error) {
      throw new Fault(
        {
          code: 'storage.damaged',
          message: `The note about an interrupted restore, ${file}, can't be read.`,
          hint: 'Look at the newest safety snapshot: it holds what the volumes held before. Then delete this file.',
        },
        { cause: error },
      );
    }
  }
}

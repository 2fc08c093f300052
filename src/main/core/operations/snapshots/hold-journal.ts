import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { Cancellable } from '../../base/abort.ts';
import type { Engine } from '../../engine/engine.ts';
import { isAlive, ownIdentity, processIdentity } from '../../snapshots/store/process-identity.ts';
import { inspectUnlessGone } from '../../stacks/observe.ts';

const entrySchema = z.object({
  version: z.literal(1),
  owner: processIdentity,
  how: z.enum(['paused', 'stopped']),
  /** Ids, those first that the others depend on. */
  containers: z.array(z.string()),
  /** Its process could not let them go on, and leaves it to whoever comes next, itself too. */
  givenUp: z.boolean().optional(),
});
type HoldEntry = z.infer<typeof entrySchema>;

const journalName = /^hold-.*\.json$/;

/** The note about services held still that outlives its process: on disk before the first of them is. */
export class HoldJournal {
  readonly #file: string;
  readonly #entry: HoldEntry;

  private constructor(file: string, entry: HoldEntry) {
    this.#file = file;
    this.#entry = entry;
  }

  static async begin(directory: string, held: Pick<HoldEntry, 'how' | 'containers'>): Promise<HoldJournal> {
    await mkdir(directory, { recursive: true });
    const entry: HoldEntry = { version: 1, owner: await ownIdentity(), ...held };
    const journal = new HoldJournal(path.join(directory, `hold-${randomUUID()}.json`), entry);
    await journal.#write(entry);
    return journal;
  }

  /** All of them go on again. */
  async end(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  async giveUp(): Promise<void> {
    await this.#write({ ...this.#entry, givenUp: true });
  }

  /**
   * Lets those go on that a process held which was killed since, or which could not do it. Containers that are gone, or
   * that somebody else let go on, are left alone. What fails stays noted for the next time.
   */
  static async releaseAbandoned(engine: Engine, directory: string, { signal }: Cancellable): Promise<void> {
    for (const name of await readdir(directory).catch(() => [])) {
      if (!journalName.test(name)) continue;
      const file = path.join(directory, name);
      const entry = await read(file);
      if (entry && entry.givenUp !== true && (await isAlive(entry.owner))) continue;
      for (const id of entry?.containers ?? []) await letGoOn(engine, id, entry?.how, { signal });
      await rm(file, { force: true });
    }
  }

  async #write(entry: HoldEntry): Promise<void> {
    await writeFileAtomic(this.#file, JSON.stringify(entry));
  }
}

async function letGoOn(engine: Engine, id: string, how: HoldEntry['how'] | undefined, { signal }: Cancellable): Promise<void> {
  const container = await inspectUnlessGone(engine, id, { signal });
  if (how === 'paused' && container?.state === 'paused') await engine.containers.unpause(id, { signal });
  if (how === 'stopped' && container?.state === 'exited') await engine.containers.start(id, { signal });
}

/** Undefined for a note that can't be understood or has just been taken away: there is nothing to go by then. */
async function read(file: string): Promise<HoldEntry | undefined> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

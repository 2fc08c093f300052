import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { isAlive, ownIdentity, processIdentity } from '../../snapshots/store/process-identity.ts';

const entrySchema = z.object({
  version: z.literal(1),
  owner: processIdentity,
  environmentId: z.string(),
  projectName: z.string(),
  /** Taken for the copying alone. */
  passingSnapshotId: z.string().optional(),
});

/** A copy of an environment that is in no library yet: what the engine has of its project belongs to nobody else. */
export type Copy = Omit<z.infer<typeof entrySchema>, 'version' | 'owner'>;

const journalName = /^copy-.*\.json$/;

/** Notes about copies being made, or made for a while, that outlive their process: on disk before the engine has anything of one. */
export class CopyJournal {
  readonly #directory: string;

  /** `directory` is the engine's own. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async note(copy: Copy): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await writeFileAtomic(this.#file(copy.environmentId), JSON.stringify({ version: 1, owner: await ownIdentity(), ...copy }));
  }

  /** The copy is gone, or in the library. */
  async forget(environmentId: string): Promise<void> {
    await rm(this.#file(environmentId), { force: true });
  }

  /** Those whose process ended without forgetting them. A note that can't be understood is taken away: there is nothing to go by. */
  async abandoned(): Promise<readonly Copy[]> {
    const copies: Copy[] = [];
    for (const name of await readdir(this.#directory).catch(() => [])) {
      if (!journalName.test(name)) continue;
      const file = path.join(this.#directory, name);
      const entry = await read(file);
      if (!entry) await rm(file, { force: true });
      else if (!(await isAlive(entry.owner))) copies.push(entry);
    }
    return copies;
  }

  #file(environmentId: string): string {
    return path.join(this.#directory, `copy-${environmentId}.json`);
  }
}

async function read(file: string): Promise<z.infer<typeof entrySchema> | undefined> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

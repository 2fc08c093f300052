import { z } from 'zod';
import { ProcessNotes } from '../../snapshots/store/process-notes.ts';

const copySchema = z.object({
  environmentId: z.string(),
  projectName: z.string(),
  /** Taken for the copying alone. */
  passingSnapshotId: z.string().optional(),
});

/** A copy of an environment that is in no library yet: what the engine has of its project belongs to nobody else. */
export type Copy = z.infer<typeof copySchema>;

/** Notes about copies being made, or made for a while, that outlive their process: on disk before the engine has anything of one. */
export class CopyJournal {
  readonly #notes: ProcessNotes<Copy>;

  /** `directory` is the engine's own. */
  constructor(directory: string) {
    this.#notes = new ProcessNotes(directory, 'copy', copySchema);
  }

  note(copy: Copy): Promise<void> {
    return this.#notes.write(copy.environmentId, copy);
  }

  /** The copy is gone, or in the library. */
  forget(environmentId: string): Promise<void> {
    return this.#notes.remove(environmentId);
  }

  /** Those whose process ended without forgetting them. */
  async abandoned(): Promise<readonly Copy[]> {
    return (await this.#notes.abandoned()).map(({ content }) => content);
  }
}

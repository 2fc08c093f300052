import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Cancellable } from '../../base/abort.ts';
import type { Engine } from '../../engine/engine.ts';
import { ProcessNotes } from '../../snapshots/store/process-notes.ts';
import { inspectUnlessGone } from '../../stacks/observe.ts';

const heldSchema = z.object({
  how: z.enum(['paused', 'stopped']),
  /** Ids, those first that the others depend on. */
  containers: z.array(z.string()),
});
type Held = z.infer<typeof heldSchema>;

/** The note about services held still that outlives its process: on disk before the first of them is. */
export class HoldJournal {
  readonly #notes: ProcessNotes<Held>;
  readonly #id = randomUUID();
  readonly #held: Held;

  private constructor(directory: string, held: Held) {
    this.#notes = notesIn(directory);
    this.#held = held;
  }

  static async begin(directory: string, held: Held): Promise<HoldJournal> {
    const journal = new HoldJournal(directory, held);
    await journal.#notes.write(journal.#id, held);
    return journal;
  }

  /** All of them go on again. */
  end(): Promise<void> {
    return this.#notes.remove(this.#id);
  }

  /** They could not be let go on; whoever comes next does it, this process too. */
  giveUp(): Promise<void> {
    return this.#notes.write(this.#id, this.#held, { givenUp: true });
  }

  /**
   * Lets those go on that a process held which was killed since, or which could not do it. Containers that are gone, or
   * that somebody else let go on, are left alone. What fails stays noted for the next time.
   */
  static async releaseAbandoned(engine: Engine, directory: string, { signal }: Cancellable): Promise<void> {
    const notes = notesIn(directory);
    for (const { id, content } of await notes.abandoned()) {
      for (const container of content.containers) await letGoOn(engine, container, content.how, { signal });
      await notes.remove(id);
    }
  }
}

function notesIn(directory: string): ProcessNotes<Held> {
  return new ProcessNotes(directory, 'hold', heldSchema);
}

async function letGoOn(engine: Engine, id: string, how: Held['how'], { signal }: Cancellable): Promise<void> {
  const container = await inspectUnlessGone(engine, id, { signal });
  if (how === 'paused' && container?.state === 'paused') await engine.containers.unpause(id, { signal });
  if (how === 'stopped' && container?.state === 'exited') await engine.containers.start(id, { signal });
}

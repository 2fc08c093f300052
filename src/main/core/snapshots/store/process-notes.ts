import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { isAlive, ownIdentity, processIdentity } from './process-identity.ts';

const signature = z.object({
  version: z.literal(1),
  owner: processIdentity,
  /** Its process could not do what it has to, and leaves it to whoever comes next, itself too. */
  givenUp: z.boolean().optional(),
});

/** Notes of one kind that outlive their process: files of a folder, each on disk before what it tells of is done. */
export class ProcessNotes<Content extends object> {
  readonly #directory: string;
  readonly #kind: string;
  readonly #schema: z.ZodType<Content>;

  /** `kind` begins the files' names. */
  constructor(directory: string, kind: string, schema: z.ZodType<Content>) {
    this.#directory = directory;
    this.#kind = kind;
    this.#schema = schema;
  }

  /** Writes or replaces a note of this process; resolves when it is on disk. */
  async write(id: string, content: Content, { givenUp }: { readonly givenUp?: boolean } = {}): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const signed = { version: 1, owner: await ownIdentity(), ...content, ...(givenUp === undefined ? {} : { givenUp }) };
    await writeFileAtomic(this.#file(id), JSON.stringify(signed));
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** Those whose process ended or gave them up. A note that can't be understood is taken away: there is nothing to go by. */
  async abandoned(): Promise<readonly { readonly id: string; readonly content: Content }[]> {
    const notes: { id: string; content: Content }[] = [];
    for (const name of await readdir(this.#directory).catch(() => [])) {
      if (!name.startsWith(`${this.#kind}-`) || !name.endsWith('.json')) continue;
      const id = name.slice(this.#kind.length + 1, -'.json'.length);
      const note = await this.#read(id);
      if (!note) await this.remove(id);
      else if (note.signed.givenUp === true || !(await isAlive(note.signed.owner))) notes.push({ id, content: note.content });
    }
    return notes;
  }

  async #read(id: string): Promise<{ signed: z.infer<typeof signature>; content: Content } | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#file(id), 'utf8'));
      return { signed: signature.parse(value), content: this.#schema.parse(value) };
    } catch {
      return undefined;
    }
  }

  #file(id: string): string {
    return path.join(this.#directory, `${this.#kind}-${id}.json`);
  }
}

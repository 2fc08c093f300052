import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { type RehearsalReport, rehearsalReport } from '../../../../shared/models/rehearsal.ts';
import { isMissing } from '../../base/errno.ts';
import { Fault } from '../../base/fault.ts';
import { Live } from '../../base/live.ts';

/** Reports of rehearsals, a file each. */
export class RehearsalReports {
  /** Counts up at every report. */
  readonly changes = new Live(0);
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Raises `storage.failed`. */
  async save(report: RehearsalReport): Promise<void> {
    try {
      await mkdir(this.#directory, { recursive: true });
      await writeFileAtomic(this.#file(report.id), `${JSON.stringify(report, undefined, 2)}\n`);
    } catch (error) {
      const hint = 'Check that the disk has room and that you may write there.';
      throw new Fault({ code: 'storage.failed', message: `The report could not be written to ${this.#directory}.`, hint, detail: String(error) }, { cause: error });
    }
    this.changes.update((count) => count + 1);
  }

  /** Those of an environment, newest first. What is no report is passed over. */
  async list(environmentId: string): Promise<RehearsalReport[]> {
    const names = await readdir(this.#directory).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const reports = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => this.#read(path.join(this.#directory, name))));
    return reports
      .filter((report) => report !== undefined)
      .filter((report) => report.environmentId === environmentId)
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  }

  async #read(file: string): Promise<RehearsalReport | undefined> {
    try {
      return rehearsalReport.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #file(id: string): string {
    return path.join(this.#directory, `${id}.json`);
  }
}

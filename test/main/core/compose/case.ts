import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { LoadRequest } from '../../../../src/main/core/compose/load.ts';

const root = resolve(import.meta.dirname, '../../../compose-cases');
const stacks = resolve(import.meta.dirname, '../../../stacks');

/** One recorded case: a directory with input files, and what the reference made of them. */
export class ComposeCase {
  readonly name: string;
  readonly directory: string;
  readonly request: LoadRequest;

  constructor(directory: string) {
    this.name = `${basename(dirname(directory))}/${basename(directory)}`;
    this.directory = directory;
    const options = JSON.parse(this.recorded('case.json') ?? '{}') as Partial<LoadRequest>;
    this.request = {
      ...options,
      cwd: this.directory,
      environment: { HOME: '/home/case', ...options.environment },
    };
  }

  /** The text of one of the case's files. */
  recorded(file: string): string | undefined {
    const path = join(this.directory, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  /** Whether the project names absolute paths, which differ from checkout to checkout. Unread env files are such paths. */
  get namesPaths(): boolean {
    const files = readdirSync(this.directory).filter((file) => /\.ya?ml$/.test(file));
    return (this.recorded('expected.json') ?? '').includes('/case') || files.some((file) => this.recorded(file)?.includes('env_file'));
  }

  /** `text` as it was recorded: independent of where the checkout is. */
  portable(text: string): string {
    return text.replaceAll(this.directory, '/case').replaceAll(dirname(this.directory), '/cases');
  }
}

/** All recorded cases. */
export function composeCases(): ComposeCase[] {
  return directoriesIn(root).flatMap(directoriesIn).map((directory) => new ComposeCase(directory));
}

/** Whole stacks as people publish them, recorded like the cases. */
export function stackCases(): ComposeCase[] {
  return directoriesIn(stacks).map((directory) => new ComposeCase(directory));
}

function directoriesIn(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return entries.map(({ name }) => join(directory, name));
}

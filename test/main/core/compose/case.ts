import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { LoadRequest } from '../../../../src/main/core/compose/load.ts';

const root = resolve(import.meta.dirname, '../../../compose-cases');

/** One recorded case: a directory with input files, and what the reference made of them. */
export class ComposeCase {
  readonly name: string;
  readonly directory: string;
  readonly request: LoadRequest;

  constructor(name: string) {
    this.name = name;
    this.directory = join(root, name);
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
  const topics = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return topics.flatMap(({ name: topic }) =>
    readdirSync(join(root, topic)).map((name) => new ComposeCase(`${topic}/${name}`)),
  );
}

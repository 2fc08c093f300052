import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Names under which a project's file is looked for, the preferred one first. */
export const defaultFileNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'] as const;

/** Names of the file that is laid on it without being asked for. */
export const overrideFileNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
] as const;

export interface Discovery {
  /** The project's file and its override, where there is one. Empty when nothing was found. */
  readonly files: readonly string[];
  /** What stands beside them under other supported names, and is not used. */
  readonly passedOver: readonly string[];
}

/** Looks for a project's files in `directory` and then in each directory above it. */
export async function discoverFiles(directory: string): Promise<Discovery> {
  for (let at = directory; ; at = dirname(at)) {
    const [main, ...others] = await existing(at, defaultFileNames);
    if (main !== undefined) {
      const [override, ...otherOverrides] = await existing(at, overrideFileNames);
      return {
        files: override === undefined ? [main] : [main, override],
        passedOver: [...others, ...otherOverrides],
      };
    }
    if (at === dirname(at)) return { files: [], passedOver: [] };
  }
}

async function existing(directory: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const file = join(directory, name);
      return (await stat(file).catch(() => undefined)) ? file : undefined;
    }),
  );
  return found.filter((file) => file !== undefined);
}

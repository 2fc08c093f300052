import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import { isOneOff, serviceOf } from '../../stacks/labels.ts';
import { observeStack } from '../../stacks/observe.ts';

/** The files in which databases write down which version made their data. */
const versionFiles = [
  { product: 'PostgreSQL', names: ['PG_VERSION', 'data/PG_VERSION', 'pgdata/PG_VERSION'] },
  { product: 'MySQL', names: ['mysql_upgrade_info'] },
  { product: 'MariaDB', names: ['mariadb_upgrade_info'] },
] as const;

export interface FoundVersion {
  readonly service: string;
  /** Of the file, in the container. */
  readonly path: string;
  readonly product: string;
  readonly version: string;
}

/** What the volumes of a project's containers, running or not, tell about who wrote their data. */
export async function dataVersions(engine: Engine, projectName: string, { signal }: Cancellable): Promise<FoundVersion[]> {
  const { containers } = await observeStack(engine, projectName, { signal });
  const places = containers
    .filter((container) => !isOneOff(container))
    .flatMap((container) => container.mounts.filter(({ type }) => type === 'volume').map(({ target }) => ({ container, target })));
  const found: FoundVersion[] = [];
  for (const { container, target } of places) {
    for (const { product, names } of versionFiles) {
      for (const name of names) {
        const path = `${target}/${name}`;
        const version = await readSmallFile(engine, container.id, path, { signal });
        if (version !== undefined) found.push({ service: serviceOf(container), path, product, version });
      }
    }
  }
  return found;
}

/** The first line of a file in a container; undefined where there is none. */
async function readSmallFile(engine: Engine, container: string, path: string, { signal }: Cancellable): Promise<string | undefined> {
  try {
    const archive = await engine.containers.readArchive(container, path, { signal });
    for await (const entry of archive.pipe(extract())) {
      if (entry.header.type === 'file' && entry.header.size <= 4_096) return (await text(entry)).split('\n')[0]?.trim();
      entry.resume();
    }
    return undefined;
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'engine.not-found') return undefined;
    throw error;
  }
}

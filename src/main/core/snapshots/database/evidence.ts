import type { FoundDatabase } from '../../../../shared/models/snapshot-database.ts';
import type { DatabaseVersion } from './database-version.ts';

/** Files that tell which database wrote a directory, and of which version. */
const telling =
  /(?:^|\/)(?:PG_VERSION|global\/pg_control|ibdata1|mysql\.ibd|aria_log_control|mysql_upgrade_info|mariadb_upgrade_info|mysql_upgrade_history|ib_logfile0|#innodb_redo\/#ib_redo\d+)$/;

export function isEvidence(path: string): boolean {
  return telling.test(path);
}

/** What the telling files of one volume say, taken together. */
export class Evidence {
  /** Directory → name in it → the beginning of its content. */
  readonly #directories = new Map<string, Map<string, Buffer>>();

  add(path: string, head: Buffer): void {
    const [place, name] = splitAt(path);
    const files = this.#directories.get(place) ?? new Map<string, Buffer>();
    files.set(name, head);
    this.#directories.set(place, files);
  }

  databases(): readonly Omit<FoundDatabase, 'volume'>[] {
    return [...this.#directories].flatMap(([directory, files]) => {
      const found = postgres(files) ?? mysqlOrMariadb(files);
      return found ? [{ ...found, directory }] : [];
    });
  }
}

/** The data directory that a telling file belongs to, and its path in there. */
function splitAt(path: string): readonly [string, string] {
  const name = /(?:global\/pg_control|#innodb_redo\/[^/]+|[^/]+)$/.exec(path)?.[0] ?? path;
  return [path.slice(0, -name.length).replace(/\/$/, ''), name.startsWith('#innodb_redo') ? 'redo' : name];
}

/** Every database of a cluster has a PG_VERSION; only the cluster itself has a control file. */
function postgres(files: ReadonlyMap<string, Buffer>): DatabaseVersion | undefined {
  const version = files.get('PG_VERSION')?.toString('latin1').trim();
  return version !== undefined && files.has('global/pg_control') ? { product: 'postgresql', version } : undefined;
}

/**
 * The upgrade files hold the version as text; the redo log's header names its writer from byte 16 on ("MySQL 8.0.35",
 * "MariaDB 10.11.6"). Only MariaDB has Aria's control file, only MySQL 8 and later mysql.ibd.
 */
function mysqlOrMariadb(files: ReadonlyMap<string, Buffer>): DatabaseVersion | undefined {
  if (!files.has('ibdata1')) return undefined;
  const text = (name: string): string => files.get(name)?.toString('latin1') ?? '';
  const upgraded = text('mariadb_upgrade_info') || text('mysql_upgrade_info');
  const redo = (files.get('redo') ?? files.get('ib_logfile0'))?.subarray(16, 48).toString('latin1') ?? '';
  const written = /(MySQL|MariaDB)\s+(\d+\.\d+(?:\.\d+)?)/.exec(redo);
  const version = /^\d+\.\d+(?:\.\d+)?/.exec(upgraded.trim())?.[0] ?? /"version"\s*:\s*"(\d+\.\d+\.\d+)"/.exec(text('mysql_upgrade_history'))?.[1] ?? written?.[2];
  const isMariadb = files.has('aria_log_control') || /mariadb/i.test(upgraded) || written?.[1] === 'MariaDB';
  const product = isMariadb && !files.has('mysql.ibd') ? 'mariadb' : 'mysql';
  return { product, ...(version === undefined ? {} : { version }) };
}

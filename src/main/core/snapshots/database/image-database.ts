import type { DatabaseVersion } from './database-version.ts';

/** What an image tells of itself without being run. */
export interface ImageFacts {
  /** `NAME=value`. */
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** As the Compose file names it. */
  readonly reference: string;
}

/**
 * The database server that an image holds: by the variables that the official images set, by where Debian's packages
 * lie, else by its name and tag. Undefined for an image that looks like none.
 */
export function imageDatabase({ environment, labels, reference }: ImageFacts): DatabaseVersion | undefined {
  const values = new Map(environment.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const first = (...names: readonly string[]): string | undefined => names.map((name) => values.get(name)).find((value) => /^\d/.test(value ?? ''));
  const named = productOfName(reference);
  const postgres = first('PG_MAJOR', 'PG_VERSION', 'POSTGRESQL_VERSION') ?? /\/postgresql\/(\d+(?:\.\d+)?)\/bin/.exec(values.get('PATH') ?? '')?.[1];
  if (postgres !== undefined) return { product: 'postgresql', version: postgres };
  // Debian writes an epoch before the version: 1:10.11.6+maria~deb12.
  const mariadb = values.get('MARIADB_VERSION')?.replace(/^\d+:/, '') ?? first('MARIADB_MAJOR');
  if (mariadb !== undefined) return { product: 'mariadb', version: mariadb };
  const mysql = first('MYSQL_VERSION', 'MYSQL_MAJOR');
  if (mysql !== undefined) return { product: named === 'mariadb' ? 'mariadb' : 'mysql', version: mysql };
  if (named === undefined) return undefined;
  const tag = reference.split('@')[0]?.split('/').at(-1)?.split(':')[1] ?? '';
  const version = [first('APP_VERSION'), labels['org.opencontainers.image.version'], /(?:^|pg)(\d[\d.]*)/.exec(tag)?.[1]].find((text) => /^\d/.test(text ?? ''));
  return { product: named, ...(version === undefined ? {} : { version }) };
}

function productOfName(reference: string): DatabaseVersion['product'] | undefined {
  const name = reference.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
  if (/mariadb/.test(name)) return 'mariadb';
  if (/mysql|percona/.test(name)) return 'mysql';
  return /postgres|postgis|pgvector|timescaledb/.test(name) ? 'postgresql' : undefined;
}

import type { DatabaseProduct } from '../../../../shared/models/snapshot-database.ts';

/** Of a database's data that lies in a volume, or of the server that an image holds. */
export interface DatabaseVersion {
  readonly product: DatabaseProduct;
  /** As the product writes it, e.g. "15", "8.0.35", "10.11.6"; absent when nothing told it. */
  readonly version?: string | undefined;
}

export const productNames: Readonly<Record<DatabaseProduct, string>> = { postgresql: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' };

/** What of a version decides whether a server reads data: PostgreSQL's "9.6" or "15", MySQL's "8.0", MariaDB's "10.11". */
export function majorOf({ product, version }: DatabaseVersion): string | undefined {
  const [, first, second] = /^(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
  if (first === undefined) return undefined;
  if (product === 'postgresql') return Number(first) >= 10 ? first : second === undefined ? undefined : `${first}.${second}`;
  return second === undefined ? undefined : `${first}.${second}`;
}

/** Negative when `one` is older. */
export function compareMajors(one: string, other: string): number {
  const [a = 0, b = 0] = one.split('.').map(Number);
  const [c = 0, d = 0] = other.split('.').map(Number);
  return a - c || b - d;
}

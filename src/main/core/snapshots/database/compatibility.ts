import { compareMajors, type DatabaseVersion, majorOf, productNames } from './database-version.ts';

export type Verdict =
  | { readonly kind: 'fits' }
  /** Nobody can tell; `why` says what is not known. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** The server would refuse the data, or damage it. */
  | { readonly kind: 'refused'; readonly why: string; readonly wayOut: string };

/** Series that a MySQL server upgrades data from, besides its own: always the one before it (MySQL manual, "Upgrade Paths"). */
const mysqlUpgrades: Readonly<Record<string, readonly string[]>> = { '8.0': ['5.7'], '8.4': ['8.0', '8.1', '8.2', '8.3'] };

/**
 * Whether a server reads a data directory. PostgreSQL: only of its own major version. MySQL: its own series and the one
 * before. MariaDB: its own series and older ones, and MySQL's up to 5.7.
 */
export function judge(data: DatabaseVersion, server: DatabaseVersion): Verdict {
  const [ofData, ofServer] = [majorOf(data), majorOf(server)];
  const title = (one: DatabaseVersion, major: string | undefined): string => `${productNames[one.product]} ${major ?? 'of an unknown version'}`;
  const refused = (why: string): Verdict => ({
    kind: 'refused',
    why: `the data is of ${title(data, ofData)}, and ${title(server, ofServer)} ${why}`,
    wayOut: wayOut(data, ofData),
  });
  if (data.product !== server.product) {
    const older = data.product === 'mysql' && server.product === 'mariadb' && ofData !== undefined && compareMajors(ofData, '5.7') <= 0;
    return older ? { kind: 'fits' } : refused('is another product');
  }
  if (ofData === undefined) return { kind: 'unknown', why: `the version of the ${productNames[data.product]} data is not known` };
  if (ofServer === undefined) return { kind: 'unknown', why: `the image does not tell its ${productNames[server.product]} version` };
  if (ofData === ofServer) return { kind: 'fits' };
  if (data.product === 'postgresql') return refused('reads only data of its own major version');
  if (compareMajors(ofData, ofServer) > 0) return refused('can’t read what a newer version wrote');
  if (data.product === 'mysql' && !upgradesMysql(ofData, ofServer)) return refused('upgrades only from the series before it');
  return { kind: 'fits' };
}

function upgradesMysql(from: string, to: string): boolean {
  const listed = mysqlUpgrades[to];
  if (listed) return listed.includes(from);
  // Innovation releases, 9.0 and on, upgrade from the long-term release before them and from each other.
  return compareMajors(to, '9.0') >= 0 && compareMajors(from, '8.4') >= 0;
}

function wayOut({ product }: DatabaseVersion, major: string | undefined): string {
  const image = { postgresql: 'postgres', mysql: 'mysql', mariadb: 'mariadb' }[product];
  const run = major === undefined ? `an image of ${productNames[product]}` : `the image ${image}:${major} or another of that version`;
  const dump = product === 'postgresql' ? 'pg_dumpall' : product === 'mysql' ? 'mysqldump' : 'mariadb-dump';
  return `Run the service with ${run}; or start it with that, dump with ${dump}, and load the dump into the new version. --force restores all the same.`;
}

import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeTempDir, removeTempDir } from '../../test/support/temp.ts';
import { run } from '../../test/support/run.ts';

/** Megabytes of one unit of pgbench's scale, as its tables are filled here. */
const scaleMegabytes = 14;
const accountsOfScale = 100_000;

/** A cluster in a directory, made and changed by the real server. */
export class Postgres {
  readonly #place: string;
  readonly #bin: string;
  #sockets = '';

  private constructor(place: string) {
    this.#place = place;
    const versions = '/usr/lib/postgresql';
    const newest = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(a) - Number(b)).at(-1) : undefined;
    if (newest === undefined) throw new Error('PostgreSQL is not installed (Debian: postgresql)');
    this.#bin = path.join(versions, newest, 'bin');
  }

  static at(place: string): Postgres {
    return new Postgres(place);
  }

  /**
   * pgbench's tables of about that size. The filler column holds hex digits, so that it compresses about 3× as people's
   * data does: pgbench's own is spaces, which compress 16×.
   */
  static async create(place: string, megabytes: number): Promise<void> {
    const cluster = new Postgres(place);
    const [uid, gid] = (await run('sh', ['-c', 'id -u postgres; id -g postgres'])).trim().split('\n').map(Number);
    await chown(place, uid ?? 0, gid ?? 0);
    // The engine lets nobody else on the way to its volumes.
    for (let above = path.dirname(place); above !== tmpdir() && above !== '/'; above = path.dirname(above)) await run('chmod', ['o+x', above]);
    await cluster.#tool('initdb', ['--no-sync', '-D', place]);
    const scale = Math.max(1, Math.round(megabytes / scaleMegabytes));
    await cluster.run(async (database) => {
      await database.#tool('pgbench', [...database.#connection, '-q', '-i', '-I', 'dt', '-s', String(scale), 'postgres']);
      const digits = "substr(md5(n::text) || md5((n + 1)::text) || md5((n + 2)::text), 1, 84)";
      await database.#sql(
        `INSERT INTO pgbench_branches SELECT n, 0, '' FROM generate_series(1, ${scale}) n;
         INSERT INTO pgbench_tellers SELECT n, (n - 1) / 10 + 1, 0, '' FROM generate_series(1, ${scale * 10}) n;
         INSERT INTO pgbench_accounts SELECT n, (n - 1) / ${accountsOfScale} + 1, 0, ${digits} FROM generate_series(1, ${scale * accountsOfScale}) n;`,
      );
      await database.#tool('pgbench', [...database.#connection, '-q', '-i', '-I', 'pv', '-s', String(scale), 'postgres']);
    });
  }

  /** Starts the server, does the work and stops it cleanly. */
  async run(work: (database: Postgres) => Promise<void>): Promise<void> {
    this.#sockets = await makeTempDir('bench-postgres');
    await chmod(this.#sockets, 0o777);
    const options = `-c listen_addresses='' -c unix_socket_directories='${this.#sockets}' -c fsync=off -c max_wal_size=256MB`;
    await this.#tool('pg_ctl', ['-D', this.#place, '-w', '-l', '/dev/null', '-o', options, 'start']);
    try {
      await work(this);
    } finally {
      await this.#tool('pg_ctl', ['-D', this.#place, '-w', '-m', 'fast', 'stop']);
      await removeTempDir(this.#sockets);
    }
  }

  /** pgbench's usual transactions: accounts all over the table change. */
  async pgbench(transactions: number): Promise<void> {
    await this.#tool('pgbench', [...this.#connection, '-n', '-c', '2', '-t', String(Math.ceil(transactions / 2)), 'postgres']);
  }

  async insertHistory(rows: number): Promise<void> {
    await this.#sql(`INSERT INTO pgbench_history SELECT 1, 1, n, n, now(), 'added' FROM generate_series(1, ${rows}) n;`);
  }

  get #connection(): string[] {
    return ['-h', this.#sockets];
  }

  async #sql(text: string): Promise<void> {
    await this.#tool('psql', [...this.#connection, '-q', '-v', 'ON_ERROR_STOP=1', '-c', text, 'postgres']);
  }

  /** The server refuses to run as root. */
  async #tool(name: string, args: readonly string[]): Promise<void> {
    const { uid, gid } = await stat(this.#place);
    await run('setpriv', ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', path.join(this.#bin, name), ...args], { cwd: '/' });
  }
}

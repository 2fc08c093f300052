import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';

/** What the script ends with where the container has no psql. */
const noPsql = 64;
/** Characters of its output that a person reads. */
const shownOutput = 2000;

/**
 * PostgreSQL leaves replaced rows in the tables' files until they are vacuumed, common values in the statistics, and
 * images of the pages of both in the write-ahead log, whose files it uses again (manual, "Routine Vacuuming", "WAL
 * Configuration"). So all is rewritten, then the log is moved past every file that it has, and these are removed.
 * `$1` is the database.
 */
const script = `
command -v psql >/dev/null || exit ${noPsql}
set -e
database="\${1:-\${POSTGRES_DB:-\${POSTGRES_USER:-postgres}}}"
run() { PGPASSWORD="$POSTGRES_PASSWORD" psql -v ON_ERROR_STOP=1 -At -U "\${POSTGRES_USER:-postgres}" -d "$database" "$@"; }
run -c 'ALTER SYSTEM SET wal_recycle TO off' -c 'SELECT pg_reload_conf()'
run -c 'VACUUM (FULL, ANALYZE)' -c 'VACUUM (FULL) pg_statistic'
while [ "$(run -c 'SHOW wal_recycle')" != off ]; do sleep 0.1; done
run -c "SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal() FROM pg_ls_waldir()"
run -c CHECKPOINT -c 'SELECT pg_switch_wal()' -c CHECKPOINT -c 'ALTER SYSTEM RESET wal_recycle'
`;

/**
 * Takes what masking replaced out of a database's own files. True where that was done; false for a database other than
 * PostgreSQL, whose files keep traces. Raises `snapshot.masking-failed`.
 */
export async function forgetOldRows(
  engine: Engine,
  { container, service, database = '' }: { readonly container: string; readonly service: string; readonly database?: string | undefined },
  options: Cancellable,
): Promise<boolean> {
  const { exitCode, stdout, stderr } = await engine.containers.exec(container, { command: ['/bin/sh', '-c', script, 'forget', database] }, options);
  if (exitCode === 0) return true;
  if (exitCode === noPsql) return false;
  throw new Fault({
    code: 'snapshot.masking-failed',
    message: `The rows that masking replaced could not be taken out of the files of ${service}: psql ended with ${exitCode}.`,
    hint: 'Nothing was shared and the copy is gone. PostgreSQL has to be version 12 or later, and the user its administrator.',
    detail: `${stdout}\n${stderr}`.trim().slice(-shownOutput),
    data: { service, exitCode },
  });
}

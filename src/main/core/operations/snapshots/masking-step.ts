import { defined } from '../../../../shared/defined.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { MaskingStep } from '../../compose/masking-rules.ts';
import type { Engine } from '../../engine/engine.ts';

/** As much of a failed step's output as a person reads, in characters. */
const shownOutput = 2000;

/**
 * Runs SQL with the client that the container has, as the administrator whom the official images know by their
 * variables. `$1` is the database, `$2` the statements; the first failure ends it.
 */
const sqlScript = `
if command -v psql >/dev/null; then
  user="\${POSTGRES_USER:-postgres}"
  PGPASSWORD="$POSTGRES_PASSWORD" exec psql -v ON_ERROR_STOP=1 -U "$user" -d "\${1:-\${POSTGRES_DB:-$user}}" -c "$2"
fi
client="$(command -v mariadb || command -v mysql)" || { echo "There is no psql, mariadb or mysql in this container." >&2; exit 127; }
export MYSQL_PWD="\${MARIADB_ROOT_PASSWORD:-$MYSQL_ROOT_PASSWORD}"
exec "$client" -u root "\${1:-\${MARIADB_DATABASE:-$MYSQL_DATABASE}}" -e "$2"
`;

/** Runs one step in a container. Raises `snapshot.masking-failed`. */
export async function runMaskingStep(
  engine: Engine,
  { container, service, step }: { readonly container: string; readonly service: string; readonly step: MaskingStep },
  options: Cancellable,
): Promise<void> {
  const { sql, database = '', command = ['/bin/sh', '-c', sqlScript, 'mask', database, sql ?? ''], user } = step;
  const { exitCode, stdout, stderr } = await engine.containers.exec(container, { command, ...defined({ user }) }, options);
  if (exitCode === 0) return;
  throw new Fault({
    code: 'snapshot.masking-failed',
    message: `A masking step failed in ${service} with exit code ${exitCode}: ${sql ?? command.join(' ')}`,
    hint: 'Nothing was shared and the copy is gone. Correct the step under x-slipway.masking, then mask again.',
    detail: `${stdout}\n${stderr}`.trim().slice(-shownOutput),
    data: { service, exitCode },
  });
}

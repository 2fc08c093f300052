#!/bin/bash
# Starts PostgreSQL; creates the cluster first when the data directory is empty.
#
# POSTGRES_USER (postgres), POSTGRES_PASSWORD, POSTGRES_DB (the user's name), POSTGRES_INITDB_ARGS and
# POSTGRES_HOST_AUTH_METHOD mean what they mean for the public image; each of the first three can be given as a file,
# e.g. POSTGRES_PASSWORD_FILE. Scripts in /docker-entrypoint-initdb.d (*.sh, *.sql, *.sql.gz) run once, in order.
set -Eeuo pipefail

fail() {
  echo "postgres-entrypoint: $*" >&2
  exit 1
}

# value NAME DEFAULT: the variable NAME, or the content of the file that NAME_FILE names.
value() {
  local name=$1 file="${1}_FILE"
  if [[ -n ${!name:-} && -n ${!file:-} ]]; then fail "$name and $file are both set; set one."; fi
  if [[ -n ${!file:-} ]]; then cat -- "${!file}"; else printf '%s' "${!name:-$2}"; fi
}

as_postgres_user() {
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  install -d -o postgres -g postgres -m 2775 /run/postgresql
  find "$PGDATA" \! -user postgres -exec chown postgres:postgres {} +
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
}

run_init_scripts() {
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) bash "$script" ;;
      *.sql) "${psql[@]}" --dbname "$database" --file "$script" ;;
      *.sql.gz) gunzip --stdout "$script" | "${psql[@]}" --dbname "$database" ;;
    esac
  done
}

# A half-made cluster would be taken for a whole one by the next start, so a failure leaves the directory empty.
discard_cluster() {
  find "$PGDATA" -mindepth 1 -delete
}

create_cluster() {
  local user password database method
  user=$(value POSTGRES_USER postgres)
  password=$(value POSTGRES_PASSWORD '')
  database=$(value POSTGRES_DB "$user")
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [[ -z $password && $method != trust ]]; then
    fail 'the data directory is empty and POSTGRES_PASSWORD is not set.'
  fi

  trap discard_cluster ERR
  trap 'discard_cluster; exit 1' INT TERM
  # The password stays out of the process list and of any file. An empty line means none.
  # shellcheck disable=SC2086 # several options in one variable are the point
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --encoding=UTF8 --locale=C.UTF-8 \
    ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"

  # Reachable by its socket only: nobody connects before the scripts have run.
  pg_ctl --wait --options="-c listen_addresses=''" start
  local -a psql=(psql --username "$user" --no-password --set ON_ERROR_STOP=1 --quiet)
  if [[ $database != postgres ]]; then
    "${psql[@]}" --dbname postgres --set name="$database" <<< 'CREATE DATABASE :"name";'
  fi
  run_init_scripts
  pg_ctl --wait --mode=fast stop
  trap - ERR INT TERM
}

if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
if [[ ${1:-} == postgres ]]; then
  if [[ $(id -u) == 0 ]]; then as_postgres_user "$@"; fi
  if [[ ! -s $PGDATA/PG_VERSION ]]; then create_cluster; fi
fi
exec "$@"

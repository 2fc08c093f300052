"""Notes, kept in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extras import RealDictCursor, execute_values

SCHEMA = """
CREATE TABLE IF NOT EXISTS notes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author     text NOT NULL CHECK (length(author) BETWEEN 1 AND 80),
    message    text NOT NULL CHECK (length(message) BETWEEN 1 AND 2000),
    written_at timestamptz NOT NULL DEFAULT now()
)
"""
# to_char gives ISO 8601 in UTC whatever the server's own time zone is.
COLUMNS = """
id, author, message, to_char(written_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "writtenAt"
"""


class Notes:
    """Opens a connection for each call: a database that was stopped, restored and started again needs no care."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    def create_table(self) -> None:
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute(SCHEMA)

    def add_demo_notes(self, count: int) -> int:
        """Fill an empty guest book with ``count`` notes; one that was used is left alone. Returns how many were added."""
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM notes)")
            if count < 1 or cursor.fetchone()[0]:
                return 0
            rows = [(f"Guest {number}", f"Demo note number {number}.") for number in range(1, count + 1)]
            execute_values(cursor, "INSERT INTO notes (author, message) VALUES %s", rows, page_size=1000)
            return count

    def newest(self, limit: int) -> list[dict]:
        with self._connect() as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(f"SELECT {COLUMNS} FROM notes ORDER BY id DESC LIMIT %s", (limit,))
            return cursor.fetchall()

    def count(self) -> int:
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM notes")
            return cursor.fetchone()[0]

    def add(self, author: str, message: str) -> dict:
        with self._connect() as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(
                f"INSERT INTO notes (author, message) VALUES (%s, %s) RETURNING {COLUMNS}", (author, message)
            )
            return cursor.fetchone()

    def remove_all(self) -> int:
        """Empty the guest book. Returns how many notes it had."""
        with self._connect() as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM notes")
            return cursor.rowcount

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        """A connection with one transaction, which is committed unless the block raises."""
        connection = psycopg2.connect(self._database_url, connect_timeout=3)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

"""What differs between SQLite and PostgreSQL: how one writer is had, how rows come by the thousand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from muniment.model.errors import StoreError
from muniment.stores.schema import metadata

Rows = Iterable[Sequence[Any]]


class Driver(Protocol):
    """One database. SQL is written once, with ``?`` for every parameter."""

    engine: Engine
    where: str

    def reading(self) -> Any:
        """A context: a connection that sees one unchanging state."""
        ...

    def writing(self) -> Any:
        """A context: a connection that writes alone; committed when the block ends, undone if it raises."""
        ...

    def rows(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query, streamed as plain tuples."""
        ...

    def few(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query whose answer is small, in one round trip."""
        ...

    def run(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement; the number of rows it changed."""
        ...

    def many(self, connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row."""
        ...

    def load(self, connection: Connection, table: str, columns: Sequence[str], rows: Rows) -> None:
        """Insert many rows, quickly."""
        ...

    def among(self, column: str, type: str = "bigint") -> str:
        """A condition: the column's value is one of the list that ``listed`` makes of one parameter."""
        ...

    def listed(self, values: Sequence[Any]) -> Any:
        """A list of values as one parameter."""
        ...

    def triples(self, rows: Sequence[Sequence[str]]) -> tuple[str, tuple[Any, ...]]:
        """A table ``t(a, b, c)`` of texts to join with, and its parameters."""
        ...

    def scrub(self) -> None:
        """Write every table anew and let go of the old bytes, outside any transaction."""
        ...


@contextmanager
def refusing(where: str) -> Iterator[None]:
    """Turns what the database says into an error of ours, with what to do."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
        raise StoreError(f"{where}: {said}", hint=hint_for(said)) from error
    except SQLAlchemyError as error:
        raise StoreError(f"{where}: {type(error).__name__}", hint="look at the database's log") from error


def hint_for(said: str) -> str:
    """What a person can do about a database's complaint."""
    lower = said.lower()
    if "malformed" in lower or "not a database" in lower or "disk image" in lower:
        return "restore a backup, or move the file away and run again; nothing was written to it"
    if "locked" in lower or "timeout" in lower:
        return "another program is writing; try again when it is done"
    if "readonly" in lower or "unable to open" in lower or "permission" in lower:
        return "check that you may read and write the file and its folder"
    if "full" in lower or "no space" in lower:
        return "make room on the disk and run again; nothing of this run's last step was kept"
    return "check the address given with --db and that the database is up"


def _forwarded(error: Exception, where: str) -> StoreError:
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return StoreError(f"{where}: {said}", hint=hint_for(said))


class Sqlite:
    """A file on this machine: WAL, every commit on disk before it is acknowledged, one writer at a time."""

    def __init__(self, path: Path) -> None:
        self.where = str(path)
        self.engine = create_engine(URL.create("sqlite+pysqlite", database=str(path)))
        event.listen(self.engine, "connect", _prepare_sqlite)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A deferred transaction: one snapshot."""
        with self._open("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """An immediate transaction: the only writer."""
        with self._open("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _open(self, begin: str) -> Iterator[Connection]:
        import sqlite3

        try:
            with refusing(self.where), self.engine.connect() as connection:
                connection.exec_driver_sql(begin)
                yield connection
                connection.exec_driver_sql("COMMIT")
        except sqlite3.Error as error:
            raise _forwarded(error, self.where) from error

    def rows(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
        """Rows straight from the cursor."""
        cursor = _raw(connection).cursor()
        try:
            yield from cursor.execute(sql, tuple(parameters))
        finally:
            cursor.close()

    def few(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows at once."""
        return list(self.rows(connection, sql, parameters))

    def run(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> int:
        """One statement."""
        cursor = _raw(connection).execute(sql, tuple(parameters))
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def many(self, connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """``executemany``."""
        if rows:
            _raw(connection).executemany(sql, rows).close()

    def load(self, connection: Connection, table: str, columns: Sequence[str], rows: Rows) -> None:
        """``executemany`` of one prepared insert."""
        marks = ",".join("?" * len(columns))
        _raw(connection).executemany(
            f"insert into {table} ({','.join(columns)}) values ({marks})",  # noqa: S608 - names of our own
            rows,
        ).close()

    def among(self, column: str, type: str = "bigint") -> str:
        """By a JSON array, so that a list of any length is one parameter."""
        return f"{column} in (select value from json_each(?))"  # noqa: S608 - a column of our own

    def listed(self, values: Sequence[Any]) -> str:
        """A JSON array."""
        return json.dumps(list(values))

    def triples(self, rows: Sequence[Sequence[str]]) -> tuple[str, tuple[Any, ...]]:
        """By a JSON array of arrays."""
        return (
            "(select value ->> 0 as a, value ->> 1 as b, value ->> 2 as c from json_each(?)) t",
            (json.dumps([list(row) for row in rows]),),
        )

    def scrub(self) -> None:
        """``VACUUM``, which writes all pages anew, and an empty log; ``StoreError`` if somebody reads."""
        import sqlite3

        try:
            with refusing(self.where), self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
                connection.exec_driver_sql("VACUUM")
                ((busy, *_),) = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
        except sqlite3.Error as error:
            raise _forwarded(error, self.where) from error
        if busy:
            raise StoreError(
                f"{self.where}: another program reads it, so old pages are still there",
                hint="end the other program and run the same again",
            )


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us, in words
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout = 30000",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -32000",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Postgres:
    """A server shared by a team. One writer at a time, by an advisory lock that ends with the transaction."""

    LOCK = 0x6D756E69  # "muni"

    def __init__(self, url: URL) -> None:
        self.where = url.set(drivername="postgresql").render_as_string(hide_password=True)
        self.url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="REPEATABLE READ",
            pool_pre_ping=True,
            connect_args={"options": "-c lock_timeout=30s -c timezone=UTC"},
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One snapshot."""
        with self._open(None) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The only writer of this database."""
        with self._open(self.LOCK) as connection:
            yield connection

    @contextmanager
    def _open(self, lock: int | None) -> Iterator[Connection]:
        import psycopg

        try:
            with refusing(self.where), self.engine.connect() as connection:
                if lock is not None:
                    # A snapshot taken before the lock was had would miss what the last writer committed.
                    connection = connection.execution_options(isolation_level="READ COMMITTED")
                    connection.exec_driver_sql(f"select pg_advisory_xact_lock({lock})")
                yield connection
                connection.commit()
        except psycopg.Error as error:
            raise _forwarded(error, self.where) from error

    def rows(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Any]:
        """Rows by a cursor of the server's, so that memory stays flat."""
        cursor = _raw(connection).cursor(name="muniment_rows")
        try:
            cursor.execute(_marked(sql), tuple(parameters))
            while page := cursor.fetchmany(5000):
                yield from page
        finally:
            cursor.close()

    def few(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows at once."""
        with _raw(connection).cursor() as cursor:
            cursor.execute(_marked(sql), tuple(parameters))
            found: list[Any] = cursor.fetchall()
            return found

    def run(self, connection: Connection, sql: str, parameters: Sequence[Any] = ()) -> int:
        """One statement."""
        with _raw(connection).cursor() as cursor:
            cursor.execute(_marked(sql), tuple(parameters))
            changed: int = cursor.rowcount
            return changed

    def many(self, connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """``executemany``, in one pipeline."""
        if rows:
            with _raw(connection).cursor() as cursor:
                cursor.executemany(_marked(sql), rows)

    def load(self, connection: Connection, table: str, columns: Sequence[str], rows: Rows) -> None:
        """``COPY``."""
        with (
            _raw(connection).cursor() as cursor,
            cursor.copy(f"copy {table} ({','.join(columns)}) from stdin") as copy,
        ):
            write = copy.write_row
            for row in rows:
                write(row)

    def among(self, column: str, type: str = "bigint") -> str:
        """By an array."""
        return f"{column} = any(?::{type}[])"

    def listed(self, values: Sequence[Any]) -> list[Any]:
        """An array."""
        return list(values)

    def triples(self, rows: Sequence[Sequence[str]]) -> tuple[str, tuple[Any, ...]]:
        """By three arrays."""
        a, b, c = ([row[i] for row in rows] for i in range(3))
        return "unnest(?::text[], ?::text[], ?::text[]) as t(a, b, c)", (a, b, c)

    def scrub(self) -> None:
        """``VACUUM FULL``, which writes a table anew, and ``ANALYZE``, since statistics hold values, too."""
        import psycopg

        try:
            with refusing(self.where), self.engine.connect() as connection:
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                for table in metadata.sorted_tables:
                    connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
                connection.exec_driver_sql("CHECKPOINT" if self._may_checkpoint(connection) else "SELECT 1")
        except psycopg.Error as error:
            raise _forwarded(error, self.where) from error

    def _may_checkpoint(self, connection: Connection) -> bool:
        """True if the server's old files can be let go of at once; else it does so within minutes by itself."""
        sql = "select rolsuper or pg_has_role(current_user, 'pg_checkpoint', 'member') from pg_roles"
        known = connection.exec_driver_sql("select count(*) from pg_roles where rolname = 'pg_checkpoint'").scalar()
        if not known:
            sql = "select rolsuper from pg_roles"
        return bool(connection.exec_driver_sql(f"{sql} where rolname = current_user").scalar())


def _marked(sql: str) -> str:
    return sql.replace("?", "%s")


def _raw(connection: Connection) -> Any:
    return connection.connection.driver_connection

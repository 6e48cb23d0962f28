"""Opens a store: finds the database, refuses what is not ours, brings an older one up to date."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from muniment.model.errors import StoreError
from muniment.stores.drivers import Driver, Postgres, Sqlite
from muniment.stores.schema import HEAD, KNOWN, VERSION_TABLE, metadata
from muniment.stores.store import SqlStore

_MAGIC = b"SQLite format 3\0"


def open_store(url: str, *, create: bool = True) -> SqlStore:
    """The store at an address: a path, ``sqlite:///path`` or ``postgresql://user@host/name``.

    Args:
        url: where the database is. A password in it is used and never shown.
        create: make the file or the tables if there are none; else ``StoreError``.

    Raises:
        StoreError: the database is corrupt, another program's, newer than this one, or out of reach.
    """
    driver = _driver(url, create)
    try:
        _bring_up(driver, create)
    except BaseException:
        driver.engine.dispose()
        raise
    return SqlStore(driver)


def _driver(url: str, create: bool) -> Driver:
    if "://" not in url:
        return Sqlite(_file(Path(url), create))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("the address of the database cannot be read", hint=_WRITE) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError("a database in memory would be lost at the end of the run", hint=_WRITE)
        return Sqlite(_file(Path(parsed.database), create))
    if backend in ("postgresql", "postgres"):
        return Postgres(parsed)
    raise StoreError(f"{backend} is not a database that muniment knows", hint=_WRITE)


_WRITE = "write a path, sqlite:///PATH or postgresql://USER@HOST/NAME"


def _file(path: Path, create: bool) -> Path:
    path = path.expanduser()
    if path.is_dir():
        raise StoreError(f"{path} is a folder", hint="name a file in it")
    if not path.exists():
        if not create:
            raise StoreError(f"{path}: there is no database yet", hint="run `muniment run` first, or check --db")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Made by us before SQLite sees it, so that nobody else can ever read it; -wal and -shm follow it.
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}", hint="check that you may write there") from error
        return path
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}", hint="check that you may read it") from error
    if head and head != _MAGIC:
        raise StoreError(f"{path} is not a database", hint="check --db; the file was left as it is")
    return path


def _bring_up(driver: Driver, create: bool) -> None:
    with driver.reading() as connection:
        revision = _revision(connection, driver.where)
    if revision != HEAD:
        if revision is None and not create:
            raise StoreError(f"{driver.where}: there is no database yet", hint="run `muniment run` first")
        with driver.writing() as connection:
            upgrade(connection, driver.where)
    if isinstance(driver, Sqlite):
        _close_to_others(Path(driver.where))


def _revision(connection: Connection, where: str) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        if tables & set(metadata.tables) or (tables and connection.dialect.name == "sqlite"):
            raise StoreError(
                f"{where} is another program's database",
                hint="give muniment a database of its own with --db; this one was left as it is",
            )
        return None
    revision = connection.execute(text(f"select version_num from {VERSION_TABLE}")).scalar()  # noqa: S608
    if revision not in KNOWN:
        raise StoreError(
            f"{where} was written by a newer muniment (its schema is {str(revision)[:40]!r}, ours {HEAD})",
            hint="upgrade muniment; the database was left as it is",
        )
    return str(revision)


def upgrade(connection: Connection, where: str, to: str = HEAD) -> None:
    """Bring the tables to a revision, step by step, in the transaction of the connection."""
    if _revision(connection, where) == to:  # somebody else was faster
        return
    from alembic import command
    from alembic.config import Config

    with as_file(files("muniment.stores") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def _close_to_others(path: Path) -> None:
    for file in (path, *(path.with_name(path.name + tail) for tail in ("-wal", "-shm"))):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) != 0o600:
            with suppress(PermissionError):  # another person's file, opened to us on purpose
                file.chmod(0o600)

"""One suite, two databases: every test that takes ``stores`` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from muniment.stores.opening import open_store
from muniment.stores.schema import metadata
from muniment.stores.store import SqlStore
from muniment.testing.postgres import Server, temporary_server


class Stores:
    """Gives empty databases, quickly: the migrations made one, which is copied or emptied."""

    def __init__(self, kind: str, new: Callable[[], str]) -> None:
        self.kind = kind
        self._new = new
        self._open: list[SqlStore] = []

    def url(self) -> str:
        """The address of an empty database. What was opened before is closed: it may be the same one."""
        self.close()
        return self._new()

    def __call__(self, url: str | None = None) -> SqlStore:
        """A store on an empty database, or on the one at ``url``."""
        store = open_store(url or self.url())
        self._open.append(store)
        return store

    def close(self) -> None:
        """Close what was opened."""
        while self._open:
            self._open.pop().close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The session's PostgreSQL server."""
    with temporary_server() as running:
        yield running


@pytest.fixture(scope="session")
def emptied(server: Server) -> Callable[[], str]:
    """Gives the address of one database that has our tables, with nothing in them any more."""
    url = server.database()
    open_store(url).close()
    names = ", ".join(table.name for table in metadata.sorted_tables)

    def empty() -> str:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"truncate {names}".encode())
        return url

    return empty


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has our tables and nothing in them."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    open_store(str(path)).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Empty stores of one kind of database."""
    if request.param == "sqlite":
        source: Path = request.getfixturevalue("sqlite_template")
        numbers = itertools.count(1)

        def new() -> str:
            path = tmp_path / f"{next(numbers)}.sqlite"
            shutil.copy(source, path)
            return f"sqlite:///{path}"
    else:
        new = request.getfixturevalue("emptied")

    made = Stores(request.param, new)
    yield made
    made.close()

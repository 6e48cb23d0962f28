"""One suite, two databases: every test that takes ``stores`` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from muniment.stores.opening import open_store
from muniment.stores.store import SqlStore
from muniment.testing.postgres import Server, temporary_server


class Stores:
    """Makes empty databases, quickly: copies of one that was made by the migrations."""

    def __init__(self, kind: str, new: Callable[[], str]) -> None:
        self.kind = kind
        self.url = new
        self._open: list[SqlStore] = []

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
def template(server: Server) -> str:
    """The name of a database that has our tables and nothing in them."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("create database empty_store")
    open_store(server.url("empty_store")).close()
    return "empty_store"


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
        running: Server = request.getfixturevalue("server")
        name: str = request.getfixturevalue("template")

        def new() -> str:
            return running.database(name)

    made = Stores(request.param, new)
    yield made
    made.close()

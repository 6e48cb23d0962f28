"""Databases of every milestone open in today's program, with nothing lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import muniment.stores
from muniment.ledger.events import Waived
from muniment.ledger.finding import State
from muniment.model.observation import Outcome
from muniment.stores.opening import open_store
from muniment.stores.schema import HEAD, KNOWN, VERSION_TABLE, metadata
from muniment.stores.store import SqlStore
from muniment.testing.postgres import Server

from .worlds import DAY, START, begin, look, rows

STORED = Path(__file__).parent / "fixtures"


def stored_sqlite(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        connection.executescript((STORED / "m1.sqlite.sql").read_text(encoding="utf-8"))
    connection.close()
    return str(path)


def stored_postgres(server: Server) -> str:
    url = server.database()
    dump = (STORED / "m1.postgresql.sql").read_text(encoding="utf-8")
    sql = "\n".join(line for line in dump.splitlines() if not line.startswith("\\"))  # psql's own commands
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.encode())
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def milestone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of the first milestone's database and of one that is not there yet."""
    if request.param == "sqlite":
        yield stored_sqlite(tmp_path / "m1.sqlite"), str(tmp_path / "fresh.sqlite")
    else:
        server: Server = request.getfixturevalue("server")
        yield stored_postgres(server), server.database()


@pytest.fixture
def opened() -> Iterator[Callable[[str], SqlStore]]:
    made: list[SqlStore] = []

    def door(url: str) -> SqlStore:
        made.append(open_store(url))
        return made[-1]

    yield door
    for store in made:
        store.close()


def shape(store: SqlStore) -> dict[str, Any]:
    """Tables, columns, keys and indexes, as the database itself tells."""
    with store.driver.reading() as connection:
        seen = inspect(connection)
        return {
            table: (
                [(c["name"], repr(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)],
                seen.get_pk_constraint(table)["constrained_columns"],
                sorted(
                    (tuple(f["constrained_columns"]), f["referred_table"]) for f in seen.get_foreign_keys(table)
                ),
                sorted(
                    (i["name"] or "", tuple(i["column_names"]), bool(i["unique"])) for i in seen.get_indexes(table)
                ),
                sorted(tuple(u["column_names"]) for u in seen.get_unique_constraints(table)),
            )
            for table in seen.get_table_names()
        }


def test_the_first_milestone_is_upgraded_and_keeps_everything(
    milestone: tuple[str, str], opened: Callable[[str], SqlStore]
) -> None:
    address = milestone[0] if "://" in milestone[0] else f"sqlite:///{milestone[0]}"
    tables = ("run", "vantage", "cell", "fact", "event", "finding", "tally")
    before = {table: rows(address, table) for table in tables}
    batches = rows(address, "batch")
    store = opened(milestone[0])
    assert {table: rows(address, table) for table in tables} == before
    assert [row[:-1] for row in rows(address, "batch")] == batches
    assert rows(address, VERSION_TABLE) == [(HEAD,)]

    lantern, wick = (r for r in store.cells() if r.cell.source == "pypi")
    assert lantern.facts == (("ada/Owner", b"{}"),)
    assert (lantern.standing, lantern.latest) == (Outcome.COLLECTED, Outcome.DENIED)
    assert lantern.reparsed and not wick.reparsed, "the new column is filled from the batches that were there"
    assert wick.suspected == 8 and len(wick.facts) == 10
    assert [len(r.facts) for r in store.cells(at=START)] == [0, 2, 10]
    waived, fixed = store.findings(fixed=True)
    assert waived.state is State.WAIVED and isinstance(waived.waiver, Waived)
    assert fixed.state is State.FIXED
    findings = rows(address, "finding")
    store.rebuild()
    assert rows(address, "finding") == findings
    assert [s.finished for s in store.runs()] == [True, True, False]

    store.record(begin(store, 9), [look("ab", cell=wick.cell, day=9)])
    assert [key for r in store.cells(scopes=[wick.cell.scope]) for key, _ in r.facts] == ["a", "b"]
    assert [len(r.facts) for r in store.cells(at=START + 2 * DAY)] == [0, 1, 10]


def test_an_upgraded_database_has_the_shape_of_a_fresh_one(
    milestone: tuple[str, str], opened: Callable[[str], SqlStore]
) -> None:
    upgraded, fresh = (opened(url) for url in milestone)
    assert shape(upgraded) == shape(fresh)


def test_the_migrations_lead_to_the_tables_that_the_program_uses(
    milestone: tuple[str, str], opened: Callable[[str], SqlStore]
) -> None:
    store = opened(milestone[1])
    with store.driver.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_every_step_is_known_to_the_opener() -> None:
    scripts = ScriptDirectory(str(Path(muniment.stores.__file__).parent / "migrations"))
    steps = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(steps)) == KNOWN
    assert scripts.get_current_head() == HEAD


def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    url = stored_sqlite(tmp_path / "m1.sqlite")
    with sqlite3.connect(url) as connection:
        connection.execute("create table raw_by_age (x)")  # in the way of an index of the next step
    connection.close()
    from muniment.model.errors import StoreError

    with pytest.raises(StoreError):
        open_store(url)
    assert rows(f"sqlite:///{url}", VERSION_TABLE) == [("0001",)]
    with sqlite3.connect(url) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    connection.close()
    assert "raw" not in tables

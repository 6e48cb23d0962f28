"""A database that is not ours, not whole or not of our time is refused, and left as it is."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from muniment.model.errors import StoreError
from muniment.stores.opening import open_store
from muniment.stores.schema import HEAD, VERSION_TABLE
from muniment.testing.postgres import Server

from .conftest import Stores
from .worlds import DAY, START, begin, look, rows


def refused(url: str | Path, *words: str, create: bool = True) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(str(url), create=create)
    said = f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint, "an error says what to try"
    for word in words:
        assert word in said


def untouched(path: Path, act: Callable[[], None]) -> None:
    before = hashlib.sha256(path.read_bytes()).digest()
    act()
    assert hashlib.sha256(path.read_bytes()).digest() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary\n" * 500)
    untouched(path, lambda: refused(path, "not a database", "left as it is"))


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table run (x)")
    connection.close()
    refused(path, "another program")
    assert rows(f"sqlite:///{path}", "run") == []


def test_a_newer_database_is_refused(stores: Stores) -> None:
    url = stores.url()
    if stores.kind == "sqlite":
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute(f"update {VERSION_TABLE} set version_num = '9999'")
        connection.close()
        refused(url, "newer", "9999", "upgrade muniment")
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"update {VERSION_TABLE} set version_num = '9999'")
            refused(url, "newer", "9999", "upgrade muniment")
            connection.execute(f"update {VERSION_TABLE} set version_num = '{HEAD}'")


def test_another_programs_tables_on_the_server_are_refused(server: Server) -> None:
    url = server.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table finding (x int)")
    refused(url, "another program")


def test_a_corrupt_database_is_refused_and_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    store = open_store(str(path))
    store.record(begin(store), [look([str(n) for n in range(3000)])])
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes(4000) + whole[4100:])
    untouched(path, lambda: refused(path, "backup"))
    path.write_bytes(whole[: len(whole) // 3])
    untouched(path, lambda: refused(path, "backup"))


def test_damage_found_while_reading_is_told(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    store = open_store(str(path))
    store.record(begin(store), [look([str(n) for n in range(3000)])])
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * (len(whole) - len(whole) // 2))
    with pytest.raises(StoreError) as caught:
        store = open_store(str(path))
        try:
            list(store.cells())
        finally:
            store.close()
    assert "backup" in caught.value.hint


def test_a_database_that_is_not_there_is_not_made_unasked(tmp_path: Path, server: Server) -> None:
    refused(tmp_path / "none.sqlite", "no database yet", create=False)
    refused(server.database(), "no database yet", create=False)
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://ada@db.example/x", "mysql"),
        ("sqlite://", "memory"),
        ("postgresql://db.example:port/x", "cannot be read"),
        ("sqlite:////proc/none/x.sqlite", "may write"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(url: str, word: str) -> None:
    refused(url, word)


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    refused(tmp_path, "folder")


def test_a_server_out_of_reach_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(f"postgresql://ada:hunter2@/x?host={tmp_path}")
    assert "hunter2" not in caught.value.message + caught.value.hint
    assert caught.value.hint


def test_nobody_else_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "m.sqlite"
    store = open_store(f"sqlite:///{path}")
    store.record(begin(store), [look("ab")])
    files = sorted(path.parent.iterdir())
    assert [f.name for f in files] == ["m.sqlite", "m.sqlite-shm", "m.sqlite-wal"]
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    store.close()
    path.chmod(0o644)
    open_store(str(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(stores: Stores) -> None:
    store = stores()
    with store.driver.reading() as connection:
        if stores.kind == "sqlite":
            assert connection.exec_driver_sql("pragma synchronous").scalar() == 2
            assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("pragma foreign_keys").scalar() == 1
        else:
            assert connection.exec_driver_sql("show synchronous_commit").scalar() == "on"


def test_an_answer_is_recalled_without_the_password(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    asked = "https://ada:hunter2@mirror.example/simple/wick/?x=1"
    headers = {"etag": '"1"', "set-cookie": "session=hunter2", "content-type": "text/html"}
    store.remember(asked, "token-hunter2", START, headers, b"<html>\0" * 900)
    found = store.recall("https://mirror.example/simple/wick/?x=1", "token-hunter2")
    assert found == ({"etag": '"1"', "content-type": "text/html"}, b"<html>\0" * 900)
    assert store.recall(asked, "another") is None
    assert "hunter2" not in repr(rows(url, "raw"))
    store.remember(asked, "token-hunter2", START + DAY, {"etag": '"2"'}, b"new")
    assert store.recall(asked, "token-hunter2") == ({"etag": '"2"'}, b"new")


def test_answers_are_dropped_after_thirty_days(stores: Stores) -> None:
    url = stores.url()
    store = stores(url)
    store.remember("https://mirror.example/a", "", START, {}, b"old")
    store.remember("https://mirror.example/b", "", START + 30 * DAY, {}, b"new")
    assert len(rows(url, "raw")) == 2
    store.remember("https://mirror.example/b", "", START + 30 * DAY + timedelta(seconds=1), {}, b"new")
    assert [row[0] for row in rows(url, "raw")] == ["https://mirror.example/b"]

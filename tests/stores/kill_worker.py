"""A process that records a run and assesses it, and says what was acknowledged: it is there to be killed.

It prints one word a line, flushed: ``first`` before the first write, ``batch ID SCOPE ITEMS`` for each batch
after its commit, ``assessed N`` after the assessment's, ``last`` after the last write.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from muniment.ledger.events import Entry, FindingId, Opened, Why
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.model.verdict import Severity
from muniment.ports import Tally
from muniment.stores.opening import open_store

CALLS = 12
CELLS = 4
ITEMS = 40
ENTRIES = 400
START = datetime(2026, 3, 1, tzinfo=UTC)


def say(*words: object) -> None:
    print(*words, flush=True)


def batches(run: int, call: int) -> list[Batch]:
    """Every run sees other payloads, so that each batch closes and opens all its facts."""
    return [
        Batch(
            cell=Cell("pypi", f"pypi:p{call}-{number}", "package-release"),
            vantage=frozenset({"pypi:anonymous"}),
            outcome=Outcome.COLLECTED,
            observed_at=START + timedelta(hours=run),
            parser="pypi/1",
            marking=CLEAR,
            items=tuple(Item(f"{n}.0", f'{{"run":{run}}}'.encode()) for n in range(ITEMS)),
        )
        for number in range(CELLS)
    ]


def entries(run: int) -> list[Entry]:
    """New findings in every run."""
    event = Opened(Severity.HIGH, "made up", "x/y", "", Marking(TLP.AMBER), Why.OBSERVED)
    return [Entry(FindingId("x/y", f"pypi:p{n}", str(run)), event) for n in range(ENTRIES)]


def main(url: str) -> None:
    store = open_store(url)
    newest = max((stamp.id for stamp in store.runs()), default=0)
    say("first")
    run = store.open_run(at=START + timedelta(hours=newest + 1), code="kill", register="", commit="")
    say("run", run)
    for call in range(CALLS):
        for done in store.record(run, batches(run, call)):
            say("batch", done.id, done.cell.scope, done.opened)
    with store.assessing(run) as ledger:
        ledger.write(entries(run))
        ledger.tally([Tally("x/y", "", "fail", "", False, ENTRIES)])
        ledger.judged_by({"x/y": "1"})
    say("assessed", ENTRIES)
    say("last")
    store.close()


if __name__ == "__main__":
    main(sys.argv[1])

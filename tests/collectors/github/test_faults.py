"""A look in which something goes wrong tells less, never what is not so: every request, in every way. Not live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from muniment.model.observation import Batch, Outcome
from muniment.testing.github.faults import FAULTS, Fault
from muniment.testing.github.growing import small
from muniment.testing.github.made import Made
from muniment.testing.github.server import SimulatedGithub
from tests.collectors.github.simulated import Asker

REQUESTS = 10
"""What ada's look at two organizations takes, one of which she owns."""

TAKES_TIME = frozenset({"slow"})

Looked = dict[tuple[str, str], Batch]


class Armed:
    """A fault that strikes two requests of a look, from the ``nth`` on, so that one retry does not mend it."""

    path = "*"

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.nth = 0

    def arm(self, fault: Fault | None, nth: int) -> None:
        self.fault, self.nth = fault, nth

    def strikes(self, path: str, question: str, matched: int, occurrence: int) -> Fault | None:
        self.nth -= 1
        return self.fault if self.nth in (0, -1) else None


class Scenery:
    """A small world that is looked at again and again, and what is so."""

    def __init__(self, made: Made, github: SimulatedGithub, armed: Armed) -> None:
        self.made, self.github, self.armed = made, github, armed
        self.true = self.look(None, 0)
        assert len(github.requests) == REQUESTS

    def look(self, fault: Fault | None, nth: int) -> Looked:
        self.armed.arm(fault, nth)
        self.github.requests.clear()
        scopes = [f"github:org/{o.login.lower()}" for o in self.made.world.organizations]
        return Asker(self.made, self.github, "ada").look(*scopes)


@pytest.fixture(scope="module")
def scenery() -> Iterator[Scenery]:
    made, armed = small(), Armed()
    with SimulatedGithub(made.world, faults=[armed]) as github:  # type: ignore[list-item]
        yield Scenery(made, github, armed)


@pytest.mark.parametrize("name", sorted(set(FAULTS) - TAKES_TIME))
def test_no_fault_at_any_request_makes_a_look_say_what_is_not_so(name, scenery):
    struck = 0
    for nth in range(1, REQUESTS + 1):
        found = scenery.look(FAULTS[name], nth)
        struck += sum(1 for served in scenery.github.requests if served.fault)
        for key, batch in found.items():
            told_rightly(f"{nth} {key}", batch, scenery.true[key])
    assert struck >= REQUESTS


def told_rightly(where: str, batch: Batch, true: Batch) -> None:
    where = f"{where}: {batch.outcome} {batch.detail}"
    assert batch.outcome is not Outcome.ABSENT, where
    if batch.outcome is Outcome.COLLECTED:
        assert batch.items == true.items, where
    else:
        assert batch.detail, where
    assert {item.key for item in batch.items} <= {item.key for item in true.items}, where
    assert batch.vantage <= true.vantage, where
    if batch.vantage == true.vantage:  # else what is known already outweighs it
        assert set(batch.items) <= set(true.items), where

"""Every request about access fails in nine ways: no fact is retired, none is changed, and none is made up.

What is believed after a look that failed is what was believed before, and a check closes a finding only on a fact
that changed or went. The fault stays, so that no second try heals it. First looks, and all other faults, are in
``benchmarks/faults.py``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from muniment.stores.opening import open_store
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import small
from muniment.testing.github.program import Program
from muniment.testing.github.server import Served, SimulatedGithub

from .ways import WAYS

ACCESS = {
    "member-two-factor",
    "outside-two-factor",
    "organization-team",
    "team-member",
    "team-repository",
    "outside-collaborator",
    "organization-invitation",
    "organization-role-holder",
    "installed-app",
    "repository-collaborator",
    "deploy-key",
    "deployment-environment",
}


class Truth(msgspec.Struct, frozen=True):
    """What a look without faults asked and believed; ``database`` is as it left it."""

    questions: tuple[str, ...]
    facts: frozenset[tuple[str, str, str, bytes]]
    database: Path


def is_about_access(served: Served) -> bool:
    ends = ("members", "outside_collaborators", "invitations", "installations", "organization-roles")
    by_rest = served.path.startswith("/orgs/") and (
        served.path.endswith(ends) or "organization-roles" in served.path
    )
    return by_rest or b"query Access" in served.body


@pytest.fixture(scope="module")
def truth(tmp_path_factory) -> Truth:
    database = tmp_path_factory.mktemp("truth") / "m.sqlite"
    made = small()
    store = open_store(str(database), create=True)
    with SimulatedGithub(made.world) as github:
        program = Program(made, store, "ada")
        program.look(github)
        asked = dict.fromkeys(s.question for s in github.requests if is_about_access(s))
        found = Truth(tuple(asked), program.facts(), database)
    store.close()
    return found


def struck(way: str, question: str, database: Path, place: Path) -> frozenset[tuple[str, str, str, bytes]]:
    """What is believed after a look in which one question was answered wrongly whenever it was asked."""
    url = place / "m.sqlite"
    shutil.copy(database, url)
    made = small()
    store = open_store(str(url))
    with SimulatedGithub(made.world, faults=[Aim(fault=FAULTS[way], question=question)]) as github:
        made.world.now = store.runs()[-1].at
        program = Program(made, store, "ada")
        program.look(github)
        assert not github.writes
        found = program.facts()
    store.close()
    return found


def test_every_kind_of_access_is_there_to_be_lost(truth):
    assert len(truth.questions) >= 12
    assert {kind for _, kind, _, _ in truth.facts} >= ACCESS
    methods = {msgspec.json.decode(p)["method"] for _, kind, _, p in truth.facts if kind == "member-two-factor"}
    assert {"insecure", "secure"} <= methods


@pytest.mark.parametrize("way", WAYS)
def test_a_later_look_retires_and_changes_nothing(way, truth, tmp_path):
    for n, question in enumerate(truth.questions):
        place = tmp_path / str(n)
        place.mkdir()
        after = struck(way, question, truth.database, place)
        assert after == truth.facts, question

"""Every request about who pushed fails in nine ways: nobody is called inactive who pushed last month.

The world is small: of those who may write some have no sign of life but a push, and some none at all. A fault is
aimed at a question and stays, so that no second try heals it. Who is called inactive may lose a right that they
use; and a finding that is lost hides an account that nobody watches. Who may write was seen before, and only what
people do is asked for: who belongs, and each repository's list. What becomes of the calendars is in
``tests/collectors/github/test_activity.py``, of all else in ``test_every_request`` and ``test_access``.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import Struct

from muniment.checks.declaration import checks
from muniment.model.policy import CheckPolicy, Policy
from muniment.stores.opening import open_store
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import grown
from muniment.testing.github.made import Made
from muniment.testing.github.program import Judgement, Program
from muniment.testing.github.server import Served, SimulatedGithub
from muniment.testing.github.world import Push

from .ways import WAYS

CHECK = "access/inactive-with-write-access"
DOING = ("github-activity", "github-pushes")
POLICY = Policy(
    security_team=("ada",),
    new_for=0,
    collect_every={"account-activity": 0, "repository-activity": 0},
    checks={id: CheckPolicy(enabled=False) for id in checks() if id != CHECK},
)


class Truth(Struct, frozen=True):
    """What looks without faults asked about people, and what came of them.

    ``before`` is a database that knows who may write and nothing of what they do, ``after`` one that knows it.
    """

    first: tuple[str, ...]
    later: tuple[str, ...]
    judged: Mapping[str, Judgement]
    findings: frozenset[tuple[str, str, str]]
    before: Path
    after: Path


def world() -> Made:
    """Two organizations of ada's with three repositories and four people each; every other one only pushes."""
    made = grown(2, 3, 4, seed=3, owner_of=2, member_of=0)
    for org in made.world.organizations:
        org.contributions = {}
        org.base_permission = "write"
        living = [repo for repo in org.repositories if repo.public]
        for repo in org.repositories:
            repo.pushes = []
        for n, member in enumerate(org.members):
            if n % 2 == 0:
                at = made.world.now - timedelta(days=20)
                living[n // 2 % len(living)].pushes.append(Push(id=n + 1, at=at, by=member.person))
    return made


def is_about_people(served: Served) -> bool:
    return served.path.endswith(("/activity", "outside_collaborators")) or b"query Accounts" in served.body


def judged(program: Program) -> Mapping[str, Judgement]:
    return {asset: said for (check, asset), said in program.verdicts().items() if check == CHECK}


def opened(program: Program) -> frozenset[tuple[str, str, str]]:
    return frozenset(one for one in program.standing() if one[0] == CHECK)


def run(program: Program, github: SimulatedGithub) -> tuple[str, ...]:
    """One run that asks what people do alone; the questions of it."""
    before = len(github.requests)
    program.sources = DOING
    program.run(github)
    return tuple(dict.fromkeys(s.question for s in github.requests[before:] if is_about_people(s)))


@pytest.fixture(scope="module")
def truth(tmp_path_factory) -> Truth:
    place = tmp_path_factory.mktemp("truth")
    before, after = place / "before.sqlite", place / "after.sqlite"
    made = world()
    store = open_store(str(after), create=True)
    with SimulatedGithub(made.world) as github:
        program = Program(made, store, "ada", policy=POLICY)
        program.sources = ("github", "github-access")
        program.run(github)
        program.run(github)  # a list that came empty is believed by the second look
        store.close()
        shutil.copy(after, before)
        program.store = store = open_store(str(after))
        first = run(program, github)
        later = run(program, github)
        found = Truth(first, later, judged(program), opened(program), before, after)
    store.close()
    return found


def struck(way: str, question: str, database: Path, place: Path) -> Program:
    """A run in which one question is answered wrongly whenever it is asked, on a database of its own."""
    url = place / "m.sqlite"
    place.mkdir()
    shutil.copy(database, url)
    made = world()
    store = open_store(str(url))
    program = Program(made, store, "ada", policy=POLICY)
    with SimulatedGithub(made.world, faults=[Aim(fault=FAULTS[way], question=question)]) as github:
        made.world.now = store.runs()[-1].at
        run(program, github)
        assert any(served.fault for served in github.requests) and not github.writes
    return program


def test_there_are_people_to_be_wronged_and_accounts_to_be_missed(truth):
    pushed = {
        (f"github:org/{o.login}", str(p.by))
        for o in world().world.organizations
        for r in o.repositories
        for p in r.pushes
    }
    assert {(asset, key) for _, asset, key in truth.findings}.isdisjoint(pushed)
    assert len(truth.findings) >= 2 and len(pushed) >= 4
    assert sum("/activity" in question for question in truth.first) >= 4


@pytest.mark.parametrize("way", WAYS)
def test_a_first_run_calls_nobody_inactive_who_pushed(way, truth, tmp_path):
    for n, question in enumerate(truth.first):
        program = struck(way, question, truth.before, tmp_path / str(n))
        assert opened(program) <= truth.findings, question
        for asset, said in judged(program).items():
            assert said.says_no_more_than(truth.judged[asset]), (question, asset, said)
        program.store.close()


@pytest.mark.parametrize("way", WAYS)
def test_a_later_run_opens_nothing_and_loses_nothing(way, truth, tmp_path):
    for n, question in enumerate(truth.later):
        program = struck(way, question, truth.after, tmp_path / str(n))
        assert opened(program) == truth.findings, question
        program.store.close()

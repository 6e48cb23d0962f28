"""Every request of a run fails in nine ways: nothing closes that stands, no verdict is wrong, the reason is named.

The world is small and does not change, so whatever differs from the true run is the fault's doing. A fault is aimed
at a question and stays, so that no second try heals it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import Struct

from muniment.stores.opening import open_store
from muniment.testing.github.faults import FAULTS, Aim
from muniment.testing.github.growing import small
from muniment.testing.github.program import Judgement, Program
from muniment.testing.github.server import SimulatedGithub

from .ways import WAYS


class Truth(Struct, frozen=True):
    """What runs without faults asked, and what they judged and found; ``database`` is as they left it.

    There are two: a list that came empty, and that nobody counts, is believed by the second look. ``first`` are the
    questions of the first, ``later`` those of the second.
    """

    first: tuple[str, ...]
    later: tuple[str, ...]
    verdicts: Mapping[tuple[str, str], Judgement]
    findings: frozenset[tuple[str, str, str]]
    database: Path


@pytest.fixture(scope="module")
def truth(tmp_path_factory) -> Truth:
    database = tmp_path_factory.mktemp("truth") / "m.sqlite"
    made = small()
    store = open_store(str(database), create=True)
    with SimulatedGithub(made.world) as github:
        program = Program(made, store, "ada")
        program.run(github)
        first = tuple(s.question for s in github.requests)
        program.run(github)
        later = tuple(s.question for s in github.requests[len(first) :])
        found = Truth(first, later, program.verdicts(), program.standing(), database)
    store.close()
    return found


def struck(way: str, question: str, database: Path | None, place: Path) -> tuple[Program, int]:
    """A run in which one question is answered wrongly whenever it is asked, on a database of its own."""
    url = place / "m.sqlite"
    if database is not None:
        shutil.copy(database, url)
    made = small()
    store = open_store(str(url), create=database is None)
    program = Program(made, store, "ada")
    with SimulatedGithub(made.world, faults=[Aim(fault=FAULTS[way], question=question)]) as github:
        if database is not None:
            made.world.now = store.runs()[-1].at
        program.run(github)
        assert not github.writes
        return program, sum(1 for served in github.requests if served.fault)


@pytest.mark.parametrize("way", WAYS)
def test_a_first_run_judges_nothing_wrongly(way, truth, tmp_path):
    befell = 0
    for n, question in enumerate(truth.first):
        place = tmp_path / str(n)
        place.mkdir()
        program, times = struck(way, question, None, place)
        befell += times
        for pair, said in program.verdicts().items():
            assert pair in truth.verdicts, (question, pair)
            assert said.says_no_more_than(truth.verdicts[pair]), (question, pair, said, truth.verdicts[pair])
        assert program.standing() <= truth.findings, question
        program.store.close()
    assert befell


@pytest.mark.parametrize("way", WAYS)
def test_a_later_run_closes_nothing_and_opens_nothing(way, truth, tmp_path):
    for n, question in enumerate(truth.later):
        place = tmp_path / str(n)
        place.mkdir()
        program, _ = struck(way, question, truth.database, place)
        assert program.standing() == truth.findings, question
        for pair, said in program.verdicts().items():
            assert said.says_no_more_than(truth.verdicts[pair]), (question, pair, said, truth.verdicts[pair])
        program.store.close()

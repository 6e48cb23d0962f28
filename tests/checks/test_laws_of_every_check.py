"""The laws of every check there is: who sees less finds no more, closes nothing that is wrong, praises nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.checks.assessment import Dossier, Judged, Seen, compile
from muniment.checks.declaration import All, Check, Example, checks
from muniment.checks.example import bench_of, dossier_of
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.kind import Evidence
from muniment.evidence.package_holders import PackageHolders
from muniment.evidence.repository_move import RepositoryMove
from muniment.ledger.recording import AllBut
from muniment.model.observation import Outcome
from muniment.model.verdict import Fail, NotApplicable, Pass, Reason, Unknown

ALL = checks()

NOBODY_SEEN = {"access/security-team-blind"}
"""Checks that find that nobody was seen: for them the less is seen, the more is wrong, and their pages say so."""

REMEMBERED = {GithubIdentity, PackageHolders, RepositoryMove}
"""What is noted as looks come in and stays: no source can tell less of it another day."""

REASONS = st.sampled_from((Reason.DENIED, Reason.UNREACHABLE, Reason.UNREADABLE, Reason.UNCOLLECTED))


@st.composite
def worse(draw: st.DrawFn, seen: Seen) -> Seen:
    """What somebody sees of a cell who sees less: a part of its items, or nothing."""
    if seen.outcome is None or not draw(st.booleans()):
        return seen
    if seen.outcome is Outcome.ABSENT or draw(st.booleans()):
        return Seen(outcome=None, reason=draw(REASONS))
    kept = All(item for item in seen.items if draw(st.booleans()))
    return replace(seen, outcome=Outcome.PARTIAL, items=kept, reason=Reason.PARTIAL)


@st.composite
def weakened(draw: st.DrawFn, dossier: Dossier) -> Dossier:
    cells: dict[type[Evidence], Seen] = {
        kind: seen if kind in REMEMBERED else draw(worse(seen)) for kind, seen in dossier.cells.items()
    }
    return replace(dossier, cells=cells)


def problems(judged: Judged) -> frozenset[str]:
    return frozenset(p.key for p in judged.verdict.problems) if isinstance(judged.verdict, Fail) else frozenset()


def closes(judged: Judged, key: str) -> bool:
    """True if the ledger would close a finding with this key, by its own rules."""
    if key in problems(judged):
        return False
    match judged.cleared:
        case None:
            return True
        case AllBut(keys):
            return key not in keys
        case keys:
            return key in keys


CASES = [
    (check, example)
    for check in ALL.values()
    for example in check.examples
    if check.id not in NOBODY_SEEN and check.kinds
]


@pytest.mark.parametrize(("check", "example"), CASES, ids=[f"{c.id}: {e.name}" for c, e in CASES])
@settings(max_examples=15)
@given(data=st.data())
def test_who_sees_less_finds_no_more_and_closes_and_praises_no_more(
    data: st.DataObject, check: Check, example: Example
) -> None:
    judge, bench, whole = compile(check), bench_of(example), dossier_of(example)
    true, seen = judge(whole, bench), judge(data.draw(weakened(whole)), bench)
    assert problems(seen) <= problems(true)
    assert not {key for key in problems(true) if closes(seen, key)}
    match seen.verdict:
        case Pass():
            assert isinstance(true.verdict, Pass)
        case NotApplicable():
            assert not isinstance(true.verdict, Fail)
        case Unknown(reason):
            assert reason
        case Fail():
            pass


@pytest.mark.parametrize("id", sorted(NOBODY_SEEN))
def test_a_check_that_needs_nobody_to_be_seen_is_there_and_reads_what_was_seen(id: str) -> None:
    assert any(param.how == "some" for param in ALL[id].params)

"""A review of organizations asks about teams, guests and invitations too, and says which nobody could see."""

from __future__ import annotations

from datetime import date

import pytest

from muniment.app.dossiers import book_at
from muniment.app.reviewing.sheet import Sheet, sheet
from muniment.evidence.declared_review import DeclaredReview
from muniment.model.policy import Policy
from muniment.ports import Store
from muniment.testing.github.growing import demo
from muniment.testing.github.program import Program
from muniment.testing.github.server import SimulatedGithub

FIRST, BEACON = "github:org/callisto", "github:org/callisto-beacon"
GUEST, YUKI = "github-id:900030", "github-id:900007"
REVIEW = DeclaredReview(
    id="spring", by="ada", started=date(2026, 6, 1), due=date(2026, 7, 1), assets=(FIRST, BEACON)
)


@pytest.fixture
def program(store: Store) -> Program:
    own = Program(demo(), store, "ada", policy=Policy(security_team=("ada",)))
    own.also = (REVIEW,)
    return own


def taken(program: Program) -> Sheet:
    with SimulatedGithub(program.made.world) as github:
        program.run(github)
    return sheet(program.store, book_at(program.store), REVIEW, at=None, now=program.made.world.now)


def roles(found: Sheet, asset: str = FIRST) -> dict[str, tuple[str, ...]]:
    return {q.holder: q.roles for q in found.questions if q.asset == asset}


def test_one_question_names_every_team_and_role_of_somebody(program: Program) -> None:
    found = roles(taken(program))
    assert found[YUKI] == ("member", "member of team core", "member of team docs")
    assert found["github-id:900001"] == ("owner", "maintainer of team core", "member of team security")
    assert found[GUEST] == ("outside collaborator",)
    assert found["github:sefa-example"] == ("invited as member",)


def test_a_guest_who_is_gone_from_a_whole_list_is_asked_about_no_more(program: Program) -> None:
    assert GUEST in roles(taken(program))
    for repository in program.made.world.organizations[0].repositories:
        repository.grants.pop(900030, None)
        repository.admins.discard(900030)
    assert GUEST not in roles(taken(program))


def test_teams_and_guests_that_nobody_could_see_are_said(program: Program) -> None:
    lines = taken(program).unseen
    assert any(line.startswith("outside collaborator: denied") and BEACON in line for line in lines)
    assert any(line.startswith("team member: only a part") and BEACON in line for line in lines)
    assert not any(
        line.startswith(("outside collaborator", "team member")) and f"{FIRST}," in line for line in lines
    )

"""What ``sync`` makes of a proposal that somebody accepts: one change, or a question where there is no place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from muniment.app.sync import Synced, sync, telling
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.package_role import PackageRole
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.tlp import RED
from muniment.register.reading import read
from muniment.register.trying import mistakes_with

from .conftest import BEGAN
from .test_sync import ASSETS, HEAD, ORG, Project, asked, ids, look

PYPI = "pypi:callisto-core"
PARTIES = """\
parties:
  ada: {name: Ada Example, accounts: {pypi: ada.l, email: ada@people.example}}
  zeta:
    name: Zeta Example
    github-id: 7
    accounts:
      github: zeta-z  # since 2019
  twin: {name: Twin, accounts: {chat: ada@people.example}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path)
    made.write(people=PARTIES)
    yield made
    made.store.close()


def believes(project: Project, *facts: Evidence, outcome: Outcome = Outcome.COLLECTED) -> None:
    roles = [fact for fact in facts if isinstance(fact, PackageRole)]
    members = [fact for fact in facts if isinstance(fact, OrganizationMember)]
    project.believe(
        look(PYPI, PackageRole, *roles, source="pypi", outcome=outcome),
        look(ORG, OrganizationMember, *members, outcome=outcome),
    )


def accepting(project: Project, *same: str, only: tuple[str, ...] = ()) -> Synced:
    register = read(project.home)
    return sync(
        project.store, register, lambda changed: mistakes_with(register, changed), now=BEGAN, same=same, only=only
    )


def proposed(synced: Synced) -> list[str]:
    return [may.id for may in synced.proposals]


def test_accepting_adds_the_account_and_nothing_else(project: Project) -> None:
    believes(project, PackageRole(account="zeta_z", role="Owner"), OrganizationMember(id=7, login="zeta-z"))
    assert proposed(project.sync()) == ["ada=twin", "zeta=pypi:zeta_z"]
    synced = accepting(project, "zeta=pypi:zeta_z")
    assert ids(synced) == ["same:zeta=pypi:zeta_z"]
    project.apply(telling.patch(synced, synced.trees[0]))
    assert project.text("people") == PARTIES.replace("# since 2019\n", "# since 2019\n      pypi: zeta_z\n")
    assert proposed(project.sync()) == ["ada=twin"]


def test_an_account_of_githubs_is_taken_with_its_number(project: Project) -> None:
    believes(project, OrganizationMember(id=41, login="Ada-L"))
    synced = accepting(project, "ada=github-id:41")
    project.apply(telling.patch(synced, synced.trees[0]))
    assert "email: ada@people.example, github: Ada-L}, github-id: 41}" in project.text("people")


def test_what_partial_or_old_evidence_shows_is_asked_about_all_the_same(project: Project) -> None:
    believes(project, PackageRole(account="zeta_z", role="Owner"), outcome=Outcome.PARTIAL)
    assert "zeta=pypi:zeta_z" in proposed(project.sync(days=100))


def test_what_has_no_place_in_a_register_is_a_question_and_no_change(project: Project) -> None:
    believes(project, OrganizationMember(id=7, login="zeta-z"), OrganizationMember(id=8, login="zetaz"))
    synced = accepting(project, "zeta=github-id:8", "ada=twin")
    assert not synced.blocks
    told = asked(synced)
    assert "Write by hand which is theirs" in told["same:zeta=github-id:8"]
    assert "are made one by hand" in told["same:ada=twin"]


def test_nothing_is_accepted_that_was_not_named_exactly(project: Project) -> None:
    believes(project, PackageRole(account="zeta_z", role="Owner"))
    for wish in ("zeta=*", "*", "zeta=pypi:ZETA_Z", "same:zeta=pypi:zeta_z"):
        with pytest.raises(UsageError, match="nobody proposes"):
            accepting(project, wish)
    with pytest.raises(UsageError, match="no change"):
        project.sync(only=("same:*",))
    assert not project.sync().blocks


def test_what_is_accepted_goes_along_with_what_is_wanted_beside_it(project: Project) -> None:
    project.write(people=PARTIES.replace("    github-id: 7\n", ""))
    believes(project, PackageRole(account="zeta_z", role="Owner"), OrganizationMember(id=7, login="zeta-z"))
    assert ids(accepting(project, "zeta=pypi:zeta_z")) == ["same:zeta=pypi:zeta_z"]
    assert ids(accepting(project, "zeta=pypi:zeta_z", only=("pin:*",))) == ["pin:zeta", "same:zeta=pypi:zeta_z"]


def test_evidence_that_is_closed_goes_into_no_open_tree(project: Project) -> None:
    project.write(project=HEAD % "clear")
    project.believe(
        look(PYPI, PackageRole, PackageRole(account="zeta_z", role="Owner"), source="pypi", marking=RED)
    )
    synced = accepting(project, "zeta=pypi:zeta_z")
    assert not synced.blocks and "above the tree" in asked(synced)["same:zeta=pypi:zeta_z"]
    assert [telling.proposal(may) is None for may in synced.proposals] == [False, True]


def test_a_tree_that_was_not_read_may_know_better(project: Project, tmp_path: Path) -> None:
    believes(project, PackageRole(account="zeta_z", role="Owner"))
    project.write(project=HEAD % "amber" + "include:\n  gone: {path: ../nowhere}\n", assets=ASSETS)
    synced = accepting(project, "zeta=pypi:zeta_z")
    assert not synced.blocks and "was not read" in asked(synced)["same:zeta=pypi:zeta_z"]


def test_a_login_that_changed_hands_among_outside_collaborators_is_no_sign_either(project: Project) -> None:
    recipe = "conda:callisto-core"
    project.write(assets=f"{ASSETS}  {recipe}: {{status: official, reason: ours}}\n")
    maintained = look(recipe, FeedstockMaintainer, FeedstockMaintainer(login="wren-w"), source="conda")
    now = OutsideCollaborator(id=41, login="Wren-W")
    project.believe(maintained, look(ORG, OutsideCollaborator, now))
    assert "github-id:41=github:wren-w" in proposed(project.sync())
    before = OutsideCollaborator(id=5, login="wren-w")
    project.believe(look(ORG, OutsideCollaborator, now, before, at=BEGAN + timedelta(hours=1)))
    project.believe(look(ORG, OutsideCollaborator, now, at=BEGAN + timedelta(hours=2)))
    assert proposed(project.sync()) == ["ada=twin"]

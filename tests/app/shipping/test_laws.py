"""Laws: seeing more never lowers who can ship, and what nobody may see never reads as nobody."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.publish.shipping import Shipping
from tests.app.shipping.scene import ORG, PACKAGE, PUBLISHER, REPO, Scene, keys

LOGINS = {1: "ada-l", 2: "bo", 3: "cleo-c", 4: "d", 90: "crane"}
NUMBERS = st.sampled_from(sorted(LOGINS))
MAY = st.sampled_from(["read", "write", "maintain", "admin"])
TEAMS = st.sampled_from(["core", "releasers"])


def lists(made: st.SearchStrategy[Evidence]) -> st.SearchStrategy[list[Evidence]]:
    return st.lists(made, max_size=4, unique_by=lambda fact: fact.key)


def one(made: st.SearchStrategy[Evidence]) -> st.SearchStrategy[list[Evidence]]:
    return made.map(lambda fact: [fact])


CELLS: dict[tuple[str, type[Evidence]], st.SearchStrategy[list[Evidence]]] = {
    (PACKAGE, PackageRole): lists(
        st.builds(PackageRole, account=st.sampled_from(["ada.l", "cleo", "crane", "x"]), role=st.just("Owner"))
    ),
    (PACKAGE, PackageOwnership): one(st.builds(PackageOwnership, organization=st.sampled_from(["", "callisto"]))),
    (PACKAGE, PackagePublisher): st.just([PUBLISHER]),
    (REPO, RepositoryCollaborator): lists(
        NUMBERS.flatmap(
            lambda n: st.builds(RepositoryCollaborator, id=st.just(n), login=st.just(LOGINS[n]), permission=MAY)
        )
    ),
    (REPO, BranchProtection): one(
        st.builds(
            BranchProtection,
            branch=st.just("main"),
            needs_pull_request=st.sampled_from([None, True, False]),
            reviews=st.sampled_from([None, 0, 1]),
        )
    ),
    (REPO, DeploymentEnvironment): one(
        st.builds(
            DeploymentEnvironment,
            name=st.sampled_from(["pypi", "docs"]),
            reviewers=st.sampled_from([(), ("bo",), ("team:releasers", "d")]),
            self_review=st.booleans(),
        )
    ),
    (ORG, OrganizationMember): lists(
        NUMBERS.flatmap(
            lambda n: st.builds(
                OrganizationMember,
                id=st.just(n),
                login=st.just(LOGINS[n]),
                role=st.sampled_from(["owner", "member", ""]),
            )
        )
    ),
    (ORG, OrganizationSettings): one(
        st.builds(OrganizationSettings, requires_two_factor=st.just(True), base_permission=MAY)
    ),
    (ORG, OrganizationRoleHolder): lists(
        st.builds(
            OrganizationRoleHolder,
            role=st.sampled_from(["all_repo_admin", "security_manager", "made up"]),
            team=TEAMS,
        )
    ),
    (ORG, TeamRepository): lists(st.builds(TeamRepository, team=TEAMS, repository=st.just(REPO), permission=MAY)),
    (ORG, TeamMember): lists(
        st.tuples(TEAMS, NUMBERS).map(lambda t: TeamMember(team=t[0], id=t[1], login=LOGINS[t[1]]))
    ),
}
WORLDS = st.fixed_dictionaries(CELLS)
HIDDEN = st.frozensets(st.sampled_from(sorted(CELLS, key=str)))


def world(
    told: dict[tuple[str, type[Evidence]], list[Evidence]], hidden: Sequence[tuple[str, type[Evidence]]]
) -> Scene:
    scene = Scene()
    for (asset, kind), facts in told.items():
        if (asset, kind) in hidden:
            scene.denied(asset, kind)
        else:
            scene.sees(asset, *(facts or [kind]))
    return scene


def who(told: Shipping) -> set[str]:
    """The people, whether or not a number of GitHub's was seen beside their login."""
    return {f"github:{LOGINS[int(key[10:])]}" if key.startswith("github-id:") else key for key in keys(told)}


@given(WORLDS, HIDDEN, st.data())
def test_seeing_more_never_lowers_the_number_of_those_who_can(
    told: dict[tuple[str, type[Evidence]], list[Evidence]],
    hidden: frozenset[tuple[str, type[Evidence]]],
    data: st.DataObject,
) -> None:
    fewer = data.draw(st.frozensets(st.sampled_from(sorted(hidden, key=str)))) if hidden else frozenset()
    before, after = world(told, sorted(hidden, key=str)).told(), world(told, sorted(fewer, key=str)).told()
    assert who(before) <= who(after)
    assert before.bus.least <= after.bus.least


@given(WORLDS, HIDDEN.filter(bool))
def test_what_nobody_may_see_never_reads_as_nobody(
    told: dict[tuple[str, type[Evidence]], list[Evidence]], hidden: frozenset[tuple[str, type[Evidence]]]
) -> None:
    """Hiding can leave nothing open that was open, unless what is hidden did not matter: then all is as before."""
    part, whole = world(told, sorted(hidden, key=str)).told(), world(told, ()).told()
    if who(part) != who(whole):
        assert part.gaps
        assert part.bus.most is None
        assert "could not be seen, so there may be more" in part.sentence
        assert not part.sentence.startswith("Nobody can")


@given(WORLDS)
def test_a_machine_is_never_counted_as_a_person(told: dict[tuple[str, type[Evidence]], list[Evidence]]) -> None:
    answer = world(told, ()).told()
    assert "crane" not in keys(answer)
    assert answer.bus.most is None or answer.bus.most <= 5


BUSY: dict[tuple[str, type[Evidence]], list[Evidence]] = {
    (PACKAGE, PackageRole): [PackageRole(account="ada.l", role="Owner")],
    (PACKAGE, PackageOwnership): [PackageOwnership()],
    (PACKAGE, PackagePublisher): [PUBLISHER],
    (REPO, RepositoryCollaborator): [
        RepositoryCollaborator(id=2, login="bo", permission="admin"),
        RepositoryCollaborator(id=5, login="e", permission="write"),
    ],
    (REPO, BranchProtection): [BranchProtection(branch="main", needs_pull_request=False)],
    (REPO, DeploymentEnvironment): [DeploymentEnvironment(name="pypi", reviewers=("team:releasers", "f"))],
    (ORG, OrganizationMember): [OrganizationMember(id=3, login="cleo-c", role="owner")],
    (ORG, OrganizationSettings): [OrganizationSettings(requires_two_factor=True, base_permission="read")],
    (ORG, OrganizationRoleHolder): [OrganizationRoleHolder(role="all_repo_admin", team="core")],
    (ORG, TeamRepository): [TeamRepository(team="releasers", repository=REPO, permission="write")],
    (ORG, TeamMember): [
        TeamMember(team="core", id=6, login="g"),
        TeamMember(team="releasers", id=7, login="h"),
    ],
}


@pytest.mark.parametrize("hidden", CELLS, ids=lambda cell: f"{cell[0]}, {cell[1].__name__}")
def test_whichever_list_is_hidden_the_answer_says_that_there_may_be_more(
    hidden: tuple[str, type[Evidence]],
) -> None:
    whole, part = world(BUSY, ()).told(), world(BUSY, [hidden]).told()
    assert (len(whole.people), whole.gaps) == (7, ())
    assert part.gaps
    assert part.bus.most is None
    assert keys(part) <= keys(whole)
    assert part.bus.least <= whole.bus.least

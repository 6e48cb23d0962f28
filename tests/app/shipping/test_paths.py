"""Every path to a release is found, tells whether it takes a second person; what nobody saw is a row of its own."""

from __future__ import annotations

import pytest

from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.deploy_key import DeployKey
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.installed_app import InstalledApp
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.publish.shipping import Bus, Route, Shipping
from tests.app.shipping.scene import CONDA, NPM, ORG, PACKAGE, REPO, Scene, keys

OPEN = BranchProtection(branch="main", needs_pull_request=False)
GATED = DeploymentEnvironment(name="pypi", reviewers=("bo", "team:releasers"), self_review=False)


def paths(told: Shipping) -> set[tuple[str, str, bool | None]]:
    return {(one.key, path.route, path.alone) for one in told.people for path in one.paths}


def gaps(told: Shipping) -> str:
    return "\n".join(f"{gap.route}: {gap.detail}" for gap in told.gaps)


def test_complete_evidence_of_nobody_is_nobody() -> None:
    told = Scene().told()
    assert (told.people, told.gaps, told.bus) == ((), (), Bus(0, 0))
    assert told.sentence == "Nobody can publish this."


def test_a_role_at_the_registry_is_open_to_one_person_alone() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackageRole(account="ada.l", role="Owner"), PackageRole(account="eve", role="Maintainer"))
    assert paths(scene.told()) == {("ada", "pypi-role", True), ("pypi:eve", "pypi-role", True)}


def test_npm_and_conda_forge_are_told_by_their_own_lists() -> None:
    scene = Scene()
    scene.sees(NPM, PackageRole(account="cleo", role="maintainer"))
    scene.sees(CONDA, FeedstockMaintainer(login="Ada-L"), FeedstockMaintainer(login="stranger"))
    assert ("cleo", "npm-role", True) in paths(scene.told(NPM))
    assert paths(scene.told(CONDA)) == {
        ("ada", "conda-feedstock", True),
        ("github:stranger", "conda-feedstock", True),
    }


def test_the_teams_of_an_npm_scope_are_said_to_be_unlisted() -> None:
    assert "who is in the teams of npm:@callisto" in gaps(Scene().told(NPM))


def test_a_package_held_through_an_organization_of_the_registry_is_not_held_by_nobody() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackageOwnership(organization="callisto"))
    told = scene.told()
    (gap,) = told.gaps
    assert (gap.route, gap.state, told.bus.told) == (Route.PYPI_ORGANIZATION, "unseen", "cannot tell")
    assert told.sentence.startswith("Nobody was seen who can publish this; 1 thing could not be seen")


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ([RepositoryCollaborator(id=1, login="ada-l", permission="admin")], "own grant"),
        ([OrganizationMember(id=1, login="ada-l", role="owner")], "owner of github:org/callisto"),
        (
            [
                TeamRepository(team="core", repository=REPO, permission="admin"),
                TeamMember(team="core", id=1, login="ada-l"),
            ],
            "team core",
        ),
        ([OrganizationRoleHolder(role="all_repo_admin", id=1, login="ada-l")], "role all_repo_admin in"),
        (
            [
                OrganizationRoleHolder(role="all_repo_admin", team="core"),
                TeamMember(team="core", id=1, login="ada-l"),
            ],
            "by team core",
        ),
        (
            [
                OrganizationSettings(requires_two_factor=True, base_permission="admin"),
                OrganizationMember(id=1, login="ada-l", role="member"),
            ],
            "every member of github:org/callisto may admin",
        ),
    ],
)
def test_whoever_administers_the_repository_can_change_the_gate_alone(told: list[Evidence], path: str) -> None:
    scene = Scene()
    for fact in told:
        scene.sees(REPO if isinstance(fact, RepositoryCollaborator) else ORG, fact)
    (one,) = scene.told().people
    assert (one.key, one.paths[0].route, one.alone) == ("ada", Route.GATE, True)
    assert path in one.paths[0].path
    assert one.paths[0].through in (REPO, ORG)


@pytest.mark.parametrize("permission", ["read", "triage", "write", "maintain"])
def test_whoever_administers_nothing_is_stopped_by_a_review(permission: str) -> None:
    scene = Scene()
    scene.sees(REPO, RepositoryCollaborator(id=1, login="ada-l", permission=permission))
    assert not scene.told().people


def test_a_grant_on_another_repository_is_none_on_this_one() -> None:
    scene = Scene()
    scene.sees(ORG, TeamRepository(team="core", repository="github:repo/callisto/beacon", permission="admin"))
    scene.sees(ORG, TeamMember(team="core", id=1, login="ada-l"))
    assert not scene.told().people


@pytest.mark.parametrize(
    ("rule", "alone"),
    [
        (OPEN, True),
        (BranchProtection(branch="main", needs_pull_request=True, reviews=0), True),
    ],
)
def test_who_may_push_to_an_open_branch_can_publish(rule: BranchProtection, alone: bool) -> None:
    scene = Scene()
    scene.sees(REPO, rule)
    scene.sees(REPO, RepositoryCollaborator(id=1, login="ada-l", permission="write"))
    assert paths(scene.told()) == {("ada", "push", alone)}


def test_an_environment_with_reviewers_stands_in_the_way_of_who_pushes() -> None:
    scene = Scene()
    scene.sees(REPO, OPEN)
    scene.sees(REPO, GATED)
    scene.sees(REPO, RepositoryCollaborator(id=1, login="ada-l", permission="write"))
    assert ("ada", "push", False) in paths(scene.told())


def test_a_protection_that_was_not_shown_is_a_gap_that_counts_who_may_push() -> None:
    scene = Scene()
    scene.sees(REPO, BranchProtection(branch="main"))
    scene.sees(REPO, RepositoryCollaborator(id=1, login="ada-l", permission="write"))
    told = scene.told()
    assert not told.people
    assert "push: github:repo/callisto/lodestar: whether the default branch needs a review" in gaps(told)
    assert "1 more may push" in gaps(told)


def test_reviewers_of_the_environment_approve_with_somebody_who_starts_it() -> None:
    scene = Scene()
    scene.sees(REPO, GATED)
    scene.sees(
        ORG, TeamMember(team="releasers", id=3, login="cleo-c"), TeamMember(team="docs", id=1, login="ada-l")
    )
    assert paths(scene.told()) == {("bo", "approval", False), ("cleo", "approval", False)}


@pytest.mark.parametrize(
    ("self_review", "permission", "rule", "alone"),
    [
        (False, "write", OPEN, False),
        (True, "write", OPEN, True),
        (True, "read", OPEN, False),
        (True, "write", BranchProtection(branch="main", needs_pull_request=True, reviews=1), None),
    ],
)
def test_a_reviewer_is_alone_if_nothing_else_asks_for_a_second(
    self_review: bool, permission: str, rule: BranchProtection, alone: bool | None
) -> None:
    scene = Scene()
    scene.sees(REPO, rule)
    scene.sees(REPO, DeploymentEnvironment(name="pypi", reviewers=("bo",), self_review=self_review))
    scene.sees(REPO, RepositoryCollaborator(id=2, login="bo", permission=permission))
    assert ("bo", "approval", alone) in paths(scene.told())


def test_reviewers_of_another_environment_approve_nothing() -> None:
    scene = Scene()
    scene.sees(REPO, DeploymentEnvironment(name="docs", reviewers=("bo",)))
    assert not scene.told().people


def test_a_team_of_reviewers_that_was_not_seen_is_a_gap() -> None:
    scene = Scene()
    scene.sees(REPO, GATED)
    scene.denied(ORG, TeamMember)
    told = scene.told()
    assert keys(told) == {"bo"}
    assert "approval: github:repo/callisto/lodestar: who is in the team releasers" in gaps(told)


def test_a_workflow_that_nobody_saw_is_not_guessed() -> None:
    scene = Scene()
    scene.denied(PACKAGE, PackagePublisher)
    scene.sees(PACKAGE, PackageProject(name="lodestar", latest="1.0", repository=REPO))
    scene.sees(REPO, RepositoryCollaborator(id=1, login="ada-l", permission="admin"))
    told = scene.told()
    assert not told.people
    assert f"1 who administer {REPO} could, if one does" in gaps(told)


def test_a_package_that_no_workflow_publishes_is_not_reached_through_its_repository() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackagePublisher)
    scene.sees(PACKAGE, PackageProject(name="lodestar", latest="1.0", repository=REPO))
    scene.sees(REPO, RepositoryCollaborator(id=1, login="ada-l", permission="admin"))
    told = scene.told()
    assert (told.people, told.gaps) == ((), ())


def test_a_workflow_on_another_platform_is_a_gap() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackagePublisher(repository="gitlab:callisto/lodestar", workflow=".gitlab-ci.yml"))
    assert "gitlab:callisto/lodestar publishes it" in gaps(scene.told())


def test_a_repository_that_the_register_does_not_know_is_a_gap() -> None:
    scene = Scene()
    scene.known.remove(REPO)
    assert "is not in the register: nobody was asked who may write there" in gaps(scene.told())


def test_what_a_role_of_the_organizations_own_allows_is_not_guessed() -> None:
    scene = Scene()
    scene.sees(ORG, OrganizationRoleHolder(role="harbour master", id=1, login="ada-l"))
    told = scene.told()
    assert not told.people
    assert "'harbour master' allows was not shown" in gaps(told)


def test_members_without_a_role_are_a_gap() -> None:
    scene = Scene()
    scene.sees(ORG, OrganizationMember(id=1, login="ada-l"))
    assert "the role of 1 of its members was not shown" in gaps(scene.told())


def test_machines_are_counted_apart() -> None:
    scene = Scene()
    scene.sees(REPO, OPEN)
    scene.sees(REPO, DeployKey(id="k", title="mirror", writes=True), DeployKey(id="r", title="reader"))
    scene.sees(
        ORG,
        InstalledApp(id=5, slug="tidy", permissions=("contents:write",), everywhere=True),
        InstalledApp(id=6, slug="asleep", permissions=("contents:write",), everywhere=True, suspended=True),
        InstalledApp(id=7, slug="some", permissions=("administration:write",)),
    )
    scene.sees(
        PACKAGE, PackageRole(account="crane", role="Owner"), PackageRole(account="release[bot]", role="Owner")
    )
    told = scene.told()
    assert not told.people
    assert {one.accounts for one in told.bots} == {
        ("github:app:tidy",),
        ("github:key:mirror",),
        ("pypi:crane",),
        ("pypi:release[bot]",),
    }
    assert "which repositories these Apps may write to was not shown: some" in gaps(told)
    assert told.sentence.startswith("Nobody was seen who can publish this; 4 machines can")
    assert told.bus.least == 0


def test_several_accounts_of_one_party_are_one_person() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackageRole(account="ada.l", role="Owner"))
    scene.sees(REPO, RepositoryCollaborator(id=1, login="renamed", permission="admin"))
    (one,) = scene.told().people
    assert (one.handle, one.accounts) == ("ada", ("pypi:ada.l", "github:renamed"))


def test_a_login_that_changed_hands_is_another_person() -> None:
    scene = Scene()
    scene.sees(REPO, RepositoryCollaborator(id=77, login="ada-l", permission="admin"))
    (one,) = scene.told().people
    assert one.key == "github-id:77"


def test_who_administers_a_repository_and_who_owns_an_organization() -> None:
    scene = Scene()
    scene.sees(REPO, RepositoryCollaborator(id=2, login="bo", permission="admin"))
    scene.sees(
        ORG,
        OrganizationMember(id=1, login="ada-l", role="owner"),
        OrganizationMember(id=3, login="c", role="member"),
    )
    assert paths(scene.told(REPO)) == {("ada", "admin", True), ("bo", "admin", True)}
    assert paths(scene.told(ORG)) == {("ada", "owner", True)}
    assert scene.told(ORG).sentence.startswith("1 person can administer this: 1 as owners of the organization")


def test_of_an_archived_repository_only_who_may_open_it_again_can_publish() -> None:
    scene = Scene()
    admin = RepositoryCollaborator(id=1, login="ada-l", permission="admin")
    scene.sees(REPO, admin, RepositoryCollaborator(id=2, login="bo", permission="write"))
    scene.sees(REPO, OPEN)
    assert keys(scene.told()) == {"ada", "bo"} and scene.told().bus == Bus(2, 2)
    scene.sees(REPO, GithubRepository(id=1, name="callisto/lodestar", archived=True))
    assert keys(scene.told()) == {"ada"} and scene.told().bus == Bus(1, 1)
    assert "may open the archived repository again" in scene.told().people[0].paths[0].path

"""Which workflow publishes: the attestations of the newest release tell who did, the list handed over who may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from muniment.checks.assessment import Seen
from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_publisher import PackagePublisher
from muniment.evidence.release_publisher import NamedWorkflow, ReleasePublisher
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.model.verdict import Reason
from muniment.publish.shipping import Shipping
from tests.app.shipping.scene import NOW, NPM, ORG, PACKAGE, REPO, Scene, keys

ADMIN = RepositoryCollaborator(id=1, login="ada-l", permission="admin")
NAMED = NamedWorkflow(REPO, "release.yml", "pypi")
OTHER = NamedWorkflow(REPO, "old.yml", "")
BEFORE, AFTER = NOW - timedelta(days=30), NOW + timedelta(minutes=1)


def release(*workflows: NamedWorkflow, uploaded: object = BEFORE) -> ReleasePublisher:
    return ReleasePublisher(version="2.1", file="lodestar-2.1.tar.gz", uploaded=uploaded, workflows=workflows)  # type: ignore[arg-type]


def attested(*workflows: NamedWorkflow, asset: str = PACKAGE, uploaded: object = BEFORE) -> Scene:
    """The newest release names these workflows, and nobody handed a list of publishers over."""
    scene = Scene()
    del scene.cells[asset, PackagePublisher]
    scene.sees(asset, release(*workflows, uploaded=uploaded), partial=True)
    scene.sees(REPO, ADMIN)
    return scene


def gaps(told: Shipping) -> str:
    return "\n".join(f"{gap.route}: {gap.detail}" for gap in told.gaps)


def words(told: Shipping) -> list[str]:
    return [one.words for one in told.workflows]


def test_whoever_can_change_the_workflow_that_an_attestation_names_can_publish() -> None:
    scene = attested(NAMED)
    scene.sees(ORG, OrganizationMember(id=3, login="cleo-c", role="owner"))
    scene.sees(REPO, DeploymentEnvironment(name="pypi", reviewers=("bo",), self_review=False))
    told = scene.told()
    routes = {(one.key, path.route) for one in told.people for path in one.paths}
    assert routes == {("ada", "gate"), ("cleo", "gate"), ("bo", "approval")}
    assert words(told) == [
        f"Published by the workflow release.yml of {REPO}, in the environment pypi: the attestation of release 2.1 "
        "of 2026-01-31 names it, as the registry tells; its signature is not verified."
    ]
    assert "2 by being able to change the publishing workflow, 1 by approving its environment" in told.sentence


def test_an_environment_is_the_same_however_it_is_spelt() -> None:
    scene = attested(NAMED)
    scene.sees(REPO, BranchProtection(branch="main", needs_pull_request=False))
    scene.sees(REPO, DeploymentEnvironment(name="PyPI", reviewers=("bo",), self_review=False))
    scene.sees(REPO, RepositoryCollaborator(id=3, login="cleo-c", permission="write"))
    told = scene.told()
    assert {(one.key, path.route, path.alone) for one in told.people for path in one.paths} == {
        ("bo", "approval", False),
        ("cleo", "push", False),
    }
    scene.sees(PACKAGE, PackagePublisher(repository=REPO, workflow="release.yml", environment="PyPI"))
    assert [one.kind for one in scene.told().workflows] == ["package-publisher"]


def test_an_attestation_tells_who_did_and_not_that_no_other_may() -> None:
    told = attested(NAMED).told()
    assert keys(told) == {"ada"}
    assert gaps(told) == "gate: whether another workflow may publish it, too (package publisher: not collected)"
    assert told.bus.most is None
    assert "there may be more" in told.sentence


def test_a_release_without_attestation_is_no_word_that_nothing_publishes() -> None:
    scene = attested()
    why = "release 2.1 carries no attestation, which tells nothing of who may publish"
    scene.cells[PACKAGE, ReleasePublisher] = Seen(
        outcome=None, reason=Reason.UNOBSERVABLE, detail=why, source="pypi"
    )
    scene.sees(PACKAGE, PackageProject(name="lodestar", repository=REPO))
    told = scene.told()
    assert (told.people, told.workflows) == ((), ())
    assert f"release publisher: unobservable ({why})" in gaps(told)
    assert f"1 who administer {REPO} could, if one does" in gaps(told)


def test_what_a_list_names_too_is_told_once() -> None:
    scene = attested(NAMED)
    scene.sees(PACKAGE, PackagePublisher(repository=REPO, workflow="release.yml", environment="pypi"))
    told = scene.told()
    assert [one.kind for one in told.workflows] == ["package-publisher"]
    assert (keys(told), told.gaps) == ({"ada"}, ())


def test_a_whole_list_seen_since_beats_the_attestation_of_a_release() -> None:
    scene = attested(OTHER)
    scene.sees(PACKAGE, PackagePublisher(repository="github:repo/callisto/beacon", workflow="release.yml"))
    told = scene.told()
    assert [one.workflow for one in told.workflows] == ["release.yml"]
    assert not told.people
    scene.sees(PACKAGE, PackagePublisher)
    assert (scene.told().workflows, scene.told().gaps) == ((), ())


@pytest.mark.parametrize("listed", [(), (PackagePublisher(repository=REPO, workflow="release.yml"),)])
def test_a_release_that_came_after_the_list_says_that_the_list_is_old(
    listed: tuple[PackagePublisher, ...],
) -> None:
    scene = attested(OTHER, uploaded=AFTER)
    scene.sees(PACKAGE, *(listed or (PackagePublisher,)))
    told = scene.told()
    assert told.workflows[-1].workflow == "old.yml"
    assert keys(told) == {"ada"}
    assert "one did that the list of them, which is older, lacks" in gaps(told)
    assert told.bus.most is None


def test_a_release_of_which_nobody_tells_when_it_came_may_be_newer_than_the_list() -> None:
    scene = attested(OTHER, uploaded=None)
    scene.sees(PACKAGE, PackagePublisher)
    told = scene.told()
    assert keys(told) == {"ada"}
    assert "one did that the list of them, which may be older, lacks" in gaps(told)
    assert told.bus.most is None


def test_part_of_a_list_refutes_nothing() -> None:
    scene = attested(OTHER)
    scene.sees(PACKAGE, PackagePublisher(repository=REPO, workflow="release.yml"), partial=True)
    told = scene.told()
    assert {one.workflow for one in told.workflows} == {"release.yml", "old.yml"}
    assert "whether another workflow may publish it, too (package publisher: only a part was seen" in gaps(told)


def test_of_npm_it_is_not_told_whether_an_environment_stands_in_between() -> None:
    scene = attested(NamedWorkflow(REPO, "release.yml"), asset=NPM)
    scene.sees(REPO, BranchProtection(branch="main", needs_pull_request=False))
    scene.sees(REPO, ADMIN, RepositoryCollaborator(id=2, login="bo", permission="write"))
    told = scene.told(NPM)
    assert {(one.key, path.route, path.alone) for one in told.people for path in one.paths} == {
        ("ada", "gate", True),
        ("bo", "push", None),
    }
    assert f"approval: {REPO}: whether its release waits for somebody's approval" in gaps(told)
    assert "whose environment is not told" in words(told)[0]
    # A list that names the workflow names its environment, too.
    scene.sees(NPM, PackagePublisher(repository=REPO, workflow="release.yml", environment="npm"))
    assert [one.environment for one in scene.told(NPM).workflows] == ["npm"]


def test_a_workflow_elsewhere_and_a_repository_that_nobody_declared_are_gaps() -> None:
    gitlab = NamedWorkflow("gitlab:callisto/lodestar", ".gitlab-ci.yml", "")
    told = attested(gitlab, NamedWorkflow("github:repo/stranger/lodestar", "release.yml", "")).told()
    assert not told.people
    assert "gitlab:callisto/lodestar publishes it, and nobody was asked who may change it" in gaps(told)
    assert "github:repo/stranger/lodestar publishes it, and is not in the register" in gaps(told)


def test_an_attestation_that_later_looks_did_not_see_again_is_stale() -> None:
    scene = attested(NAMED)
    view = scene.cells[PACKAGE, ReleasePublisher]
    scene.cells[PACKAGE, ReleasePublisher] = Seen(
        outcome=view.outcome, items=view.items, source="pypi", observed_at=NOW, stale=True, marking=view.marking
    )
    assert words(scene.told())[0].endswith("its signature is not verified (stale).")


def test_who_administers_what_publishes_was_not_seen_is_said() -> None:
    scene = attested(NAMED)
    scene.denied(REPO, RepositoryCollaborator)
    scene.denied(ORG, OrganizationMember)
    told = scene.told()
    assert not told.people
    assert "repository collaborator: denied (403)" in gaps(told)
    assert "organization member: denied (403)" in gaps(told)
    assert words(told)

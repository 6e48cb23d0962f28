"""What is known of second factors: seen, enforced by the platform, or not known; never assumed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.publish.shipping import Factor, Shipper
from tests.app.shipping.scene import CONDA, NOW, NPM, ORG, PACKAGE, REPO, Scene

ADMIN = RepositoryCollaborator(id=1, login="ada-l", permission="admin")


def the_one(scene: Scene, asset: str = PACKAGE) -> Shipper:
    (one,) = scene.told(asset).people
    return one


@pytest.mark.parametrize(
    ("method", "factor", "strong", "weak"),
    [
        ("none", Factor.NONE, False, True),
        ("insecure", Factor.WEAK, False, True),
        ("secure", Factor.STRONG, True, False),
        ("some", Factor.SOME, False, False),
        ("a word of tomorrow's", Factor.UNSEEN, False, False),
    ],
)
def test_a_member_is_protected_as_the_organization_shows_it(
    method: str, factor: Factor, strong: bool, weak: bool
) -> None:
    scene = Scene()
    scene.sees(REPO, ADMIN)
    scene.sees(ORG, MemberTwoFactor(id=1, login="old-name", method=method))
    one = the_one(scene)
    assert [own.factor for own in one.factors] == [factor]
    assert (one.is_strong, one.is_weak) == (strong, weak)


def test_whoever_is_not_on_the_complete_list_of_the_weak_is_protected() -> None:
    scene = Scene()
    scene.sees(REPO, ADMIN)
    scene.sees(ORG, OutsideCollaborator(id=1, login="ada-l"))
    assert the_one(scene).is_strong
    scene.sees(ORG, OutsideTwoFactor(id=1, login="ada-l", method="none"))
    assert the_one(scene).is_weak


@pytest.mark.parametrize("how", ["partial", "denied"])
def test_a_list_of_the_weak_that_was_not_read_to_its_end_protects_nobody(how: str) -> None:
    scene = Scene()
    scene.sees(REPO, ADMIN)
    scene.sees(ORG, OutsideCollaborator(id=1, login="ada-l"))
    if how == "partial":
        scene.sees(ORG, OutsideTwoFactor, partial=True)
    else:
        scene.denied(ORG, OutsideTwoFactor)
    one = the_one(scene)
    assert [own.factor for own in one.factors] == [Factor.UNSEEN]
    assert "1 whose two-factor cannot be seen" in scene.told().sentence


@pytest.mark.parametrize("changes", [{"stale": True}, {"observed_at": NOW - timedelta(days=2)}])
def test_an_older_list_of_the_weak_protects_nobody_who_came_since(changes: dict[str, Any]) -> None:
    scene = Scene()
    scene.sees(REPO, ADMIN)
    scene.sees(ORG, OutsideCollaborator(id=1, login="ada-l"))
    scene.cells[ORG, OutsideTwoFactor] = replace(scene.cells[ORG, OutsideTwoFactor], **changes)
    assert [own.factor for own in the_one(scene).factors] == [Factor.UNSEEN]


def test_pypi_enforces_it_and_npm_does_not_tell() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackageRole(account="cleo", role="Owner"))
    scene.sees(NPM, PackageRole(account="cleo", role="maintainer"))
    assert [own.factor for own in the_one(scene).factors] == [Factor.ENFORCED]
    assert "2024-01-01" in the_one(scene).factors[0].detail
    assert [own.factor for own in the_one(scene, NPM).factors] == [Factor.UNSEEN]


def test_a_maintainer_at_conda_forge_signs_in_at_github() -> None:
    scene = Scene()
    scene.sees(CONDA, FeedstockMaintainer(login="ADA-L"))
    scene.sees(ORG, MemberTwoFactor(id=1, login="ada-l", method="insecure"))
    assert the_one(scene, CONDA).is_weak


def test_one_weak_account_is_enough_to_count_a_person() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackageRole(account="ada.l", role="Owner"))
    scene.sees(REPO, ADMIN)
    scene.sees(ORG, MemberTwoFactor(id=1, login="ada-l", method="none"))
    told = scene.told()
    assert "1 person can publish this" in told.sentence
    assert "of them 1 without strong two-factor" in told.sentence


def test_a_stranger_with_a_persons_login_does_not_lend_them_a_factor() -> None:
    scene = Scene()
    scene.sees(REPO, ADMIN)
    scene.sees(ORG, MemberTwoFactor(id=9, login="ada-l", method="secure"))
    assert [own.factor for own in the_one(scene).factors] == [Factor.UNSEEN]


def test_when_somebody_was_last_active_is_not_made_up() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackageRole(account="ada.l", role="Owner"))
    assert "when they were last active is not collected" in scene.told().sentence

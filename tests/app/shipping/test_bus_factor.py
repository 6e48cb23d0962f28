"""How many must leave: counted by trying every way in which people may leave."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from muniment.app.shipping.bus import bus, leaving
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.publish.shipping import Bus
from tests.app.shipping.scene import PACKAGE, REPO, Scene

SOME = st.frozensets(st.sampled_from("abcdef"))


def ships(left: frozenset[str], alone: frozenset[str], approving: frozenset[str], starting: frozenset[str]) -> bool:
    """True if those who are left can publish, one alone or two together."""
    return bool(left & alone) or any(a != s for a in left & approving for s in left & starting)


@given(SOME, SOME, SOME)
def test_the_count_is_that_of_trying_every_way_to_leave(
    alone: frozenset[str], approving: frozenset[str], starting: frozenset[str]
) -> None:
    everybody = alone | approving | starting
    tried = next(
        number
        for number in range(len(everybody) + 1)
        if any(
            not ships(everybody - set(gone), alone, approving, starting) for gone in combinations(everybody, number)
        )
    )
    assert leaving(alone, (approving, starting)) == tried


@given(SOME, SOME, SOME, SOME)
def test_the_bounds_hold_the_count_and_what_was_not_seen_leaves_no_upper_one(
    alone: frozenset[str], approving: frozenset[str], starting: frozenset[str], strangers: frozenset[str]
) -> None:
    found = bus(alone, (approving, starting), strangers=strangers, blind=False)
    assert found.most == leaving(alone, (approving, starting))
    assert found.least <= found.most
    assert (found.least > 0) == (found.most > 0)
    assert bus(alone, (approving, starting), strangers=strangers, blind=True) == Bus(found.least, None)


def test_machines_do_not_count() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackageRole(account="ada.l", role="Owner"), PackageRole(account="crane", role="Owner"))
    assert scene.told().bus == Bus(1, 1)


def test_strangers_may_be_people_whom_the_register_knows() -> None:
    scene = Scene()
    scene.sees(PACKAGE, *(PackageRole(account=a, role="Owner") for a in ("ada.l", "cleo", "x", "y")))
    assert scene.told().bus == Bus(2, 4)
    assert scene.told().bus.told == "2 to 4"


def test_an_approver_needs_somebody_who_starts_the_release() -> None:
    scene = Scene()
    scene.sees(REPO, DeploymentEnvironment(name="pypi", reviewers=("bo", "cleo-c"), self_review=False))
    assert scene.told().bus == Bus(0, 0)  # nobody may push
    scene.sees(REPO, RepositoryCollaborator(id=1, login="ada-l", permission="write"))
    assert scene.told().bus.most == 1  # all can publish together, until the one who starts it leaves


def test_each_bound_has_its_words() -> None:
    assert [Bus(0, None).told, Bus(2, None).told, Bus(0, 0).told, Bus(3, 3).told] == [
        "cannot tell",
        "at least 2",
        "nobody",
        "3",
    ]

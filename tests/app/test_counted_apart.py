"""Accounts that may be one person's count as two everywhere; what a count would be otherwise is said beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from muniment.app.access import access
from muniment.app.alike.proposing import MayBe
from muniment.app.alike.signs import Sign, Strength
from muniment.app.dossiers import book_at
from muniment.app.leaving import leaving
from muniment.app.reviewing.sheet import sheet
from muniment.app.shipping.bus import as_one, bus
from muniment.app.shipping.deriving import shipping
from muniment.app.shipping.factors import Factors
from muniment.app.who import Holders, who
from muniment.evidence.declared_distinction import DeclaredDistinction
from muniment.evidence.declared_review import DeclaredReview
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.tlp import RED, TLP, Marking
from muniment.publish.shipping import Bus
from muniment.stores.opening import open_store
from tests.app.campaign.conftest import CampaignWorld
from tests.app.conftest import World
from tests.app.shipping.scene import PACKAGE, Scene

X = "pypi:lodestar"
ALIKE, UNLIKE = "ada-l", "acre-b"
"""An account that is spelled like Ada's ``ada.l``, and one that is not."""

Made = Callable[[str], World]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A project with a package that Ada, Grace and a stranger own."""

    def make(stranger: str) -> World:
        own = World(open_store(str(tmp_path / f"{stranger}.sqlite")))
        own.package("lodestar")
        said = (f for f in own.says(X) if not isinstance(f, PackageOwnership))
        own.sky.says[X] = (*said, PackageOwnership(), PackageRole(account=stranger, role="Owner"))
        return own

    return make


def who_(world: World) -> Holders:
    return who(world.store, X, at=None, now=world.today)


def test_who_counts_them_apart_as_it_counts_anybody(made: Made) -> None:
    told = {}
    for stranger in (ALIKE, UNLIKE):
        world = made(stranger)
        world.run()
        found = who_(world)
        text = repr(
            (found.shipping.people, found.shipping.bus, found.shipping.sentence, found.holders, found.unseen)
        )
        told[stranger] = (text.replace(stranger, "X"), {f.id for f in world.findings()}, found.maybe)
        assert {one.key for one in found.shipping.people} == {"ada", "grace", f"pypi:{stranger}"}
    assert told[ALIKE][0] == told[UNLIKE][0]
    assert {str(id).replace(ALIKE, "X") for id in told[ALIKE][1]} == {
        str(id).replace(UNLIKE, "X") for id in told[UNLIKE][1]
    }
    assert told[ALIKE][2] and not told[UNLIKE][2]


def test_what_each_of_them_holds_stays_their_own_and_the_other_is_named(made: Made) -> None:
    world = made(ALIKE)
    world.run()
    ada = access(world.store, "ada", at=None, now=world.today)
    assert [(row.asset, row.who) for row in ada.rows] == [(X, "ada.l")]
    assert [(may.id, may.strength.value) for may in ada.maybe] == [("ada=pypi:ada-l", "weak")]
    assert ada.maybe_lines[0].startswith("ada-l at PyPI may also be theirs (weak): pypi:ada-l (Owner of")
    assert ada.marking.level >= TLP.AMBER
    other = access(world.store, f"pypi:{ALIKE}", at=None, now=world.today)
    assert [row.who for row in other.rows] == [ALIKE] and other.maybe == ada.maybe
    assert not access(world.store, "grace", at=None, now=world.today).maybe
    gone = leaving(world.store, "ada", at=None, now=world.today)
    assert not any(ALIKE in step.account for step in gone.steps)
    assert any(line.startswith("whether ada-l at PyPI is theirs as well") for line in gone.unseen)


def test_who_was_told_apart_then_is_told_apart_looking_back_to_then_and_not_before(made: Made) -> None:
    world = made(ALIKE)
    world.run()
    before = world.today
    world.more.append(DeclaredDistinction(one="ada", other=f"pypi:{ALIKE}", by="grace", reason="asked"))
    world.run()

    def at(moment: datetime) -> int:
        return len(access(world.store, "ada", at=moment, now=world.today).maybe)

    assert (at(before + timedelta(hours=1)), at(world.today)) == (1, 0)


def test_a_review_asks_about_each_account(made: Made) -> None:
    world = made(ALIKE)
    today = world.today.date()
    review = DeclaredReview(id="spring", by="grace", started=today, due=today + timedelta(days=9), assets=(X,))
    world.run()
    found = sheet(world.store, book_at(world.store), review, at=None, now=world.today)
    assert {q.holder for q in found.questions} == {"ada", "grace", f"pypi:{ALIKE}"}


def test_a_campaign_asks_each_account(tmp_path: Path) -> None:
    world = CampaignWorld(open_store(str(tmp_path / "world.sqlite")))
    world.organization("callisto", noor_example=(4712, "member", "none"), noorexample=(7001, "member", "none"))
    world.run()
    (may,) = access(world.store, "noor", at=None, now=world.today).maybe
    assert may.id == "noor=github-id:7001"
    world.begin()
    world.gives("callisto", 4712, "secure")
    world.run()
    assert world.where() == {"github-id:4712": "complied", "github-id:7001": "to-go"}


# ---------------------------------------------------------------- the bus factor


def may_be(one: str, other: str, marking: TLP = TLP.AMBER) -> MayBe:
    sign = Sign("spelling a b", Strength.WEAK, "alike")
    return MayBe(one=one, other=other, called=(one, other), signs=(sign,), spotted=(), marking=Marking(marking))


def told(scene: Scene, *maybe: MayBe) -> tuple[Bus, Bus | None, str]:
    dossier = scene.dossier(PACKAGE)
    assert dossier is not None
    found = shipping(dossier, scene.dossier, scene.inventory, Factors([]), maybe)
    return found.bus, found.bus_if_one, found.bus_told


def test_the_bus_factor_stays_and_says_what_it_would_be_if_two_were_one() -> None:
    scene = Scene()
    scene.sees(PACKAGE, *(PackageRole(account=name, role="Owner") for name in ("ada.l", "cleo", "ada-l")))
    assert told(scene) == (Bus(2, 3), None, "2 to 3")
    stranger = may_be("ada", "pypi:ada-l")
    assert told(scene, stranger) == (Bus(2, 3), Bus(2, 2), "2 to 3, or 2 if ada and pypi:ada-l are one person")
    known = may_be("ada", "cleo")
    assert told(scene, known)[1:] == (Bus(1, 2), "2 to 3, or 1 to 2 if ada and cleo are one person")
    both = told(scene, stranger, known)
    assert both == (
        Bus(2, 3),
        Bus(1, 1),
        "2 to 3, or 1 if ada and pypi:ada-l, and ada and cleo are one person",
    )
    assert told(scene, may_be("ada", "npm:elsewhere")) == (Bus(2, 3), None, "2 to 3")


def test_a_count_that_rests_on_closed_evidence_is_as_closed() -> None:
    scene = Scene()
    scene.sees(PACKAGE, PackageRole(account="ada.l", role="Owner"), PackageRole(account="ada-l", role="Owner"))
    dossier = scene.dossier(PACKAGE)
    assert dossier is not None
    maybe = [may_be("ada", "pypi:ada-l", TLP.RED)]
    assert shipping(dossier, scene.dossier, scene.inventory, Factors([]), maybe).marking == RED


def test_a_chain_of_likenesses_would_be_one_person_under_the_name_that_is_known() -> None:
    assert as_one([("b", "pypi:x"), ("npm:y", "pypi:x")], {"b"}) == {"b": "b", "pypi:x": "b", "npm:y": "b"}
    assert as_one([("pypi:x", "npm:y"), ("b", "c"), ("c", "pypi:x")], {"b", "c"}) == dict.fromkeys(
        ("b", "c", "pypi:x", "npm:y"), "b"
    )
    assert bus(frozenset("b"), (frozenset(), frozenset()), strangers=frozenset(), blind=False) == Bus(1, 1)

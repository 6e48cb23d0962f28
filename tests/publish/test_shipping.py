"""Who can ship is shown to those who answer for the asset, whole or not at all."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from muniment.model.tlp import CLEAR, RED, TLP, Audience, Marking
from muniment.publish.held import Held
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.shipping import Bus, Factor, Protection, Route, Shipper, Shipping, Workflow
from muniment.publish.shipping_pieces import ShippingPiece
from muniment.publish.view import build
from muniment.testing.material import CHECKS, material

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))
BEACON = Audience(TLP.AMBER, frozenset({"beacon"}))
ASSET = "pypi:mooring-proxy"


def told(**changes: Marking) -> Shipping:
    """Somebody who can ship one asset of harbour's; changes are the markings of its parts."""
    path = Held(
        asset=ASSET,
        place="pypi",
        who="marit.c",
        party="marit",
        role="Owner",
        path="own role",
        state="seen",
        route=Route.PYPI_ROLE,
        alone=True,
        marking=changes.get("path", CLEAR),
    )
    factor = Protection(account="pypi:marit.c", factor=Factor.ENFORCED, marking=changes.get("factor", CLEAR))
    gap = Held(asset=ASSET, state="unseen", detail="not collected", marking=changes.get("gap", CLEAR))
    one = Shipper(key="marit", handle="marit", name="Marit", paths=(path,), factors=(factor,))
    by = Workflow(
        repository="github:repo/callisto-harbour/mooring",
        workflow="release.yml",
        environment=None,
        detail="made up",
        kind="release-publisher",
        marking=changes.get("workflow", CLEAR),
    )
    return Shipping(
        asset=ASSET,
        verb="publish",
        people=(one,),
        gaps=(gap,),
        bus=Bus(1, None),
        marking=changes.get("whole", CLEAR),
        workflows=(by,),
    )


def seen(audience: Audience, shipping: Shipping, **changes: Marking) -> tuple[ShippingPiece, ...]:
    made = replace(material(), shipping=(shipping,), **changes)
    return project(build(made, CHECKS), audience).view.shipping


def test_it_names_people_and_so_is_shown_to_the_council_and_to_its_own_subproject_alone() -> None:
    assert not seen(PUBLIC, told())
    assert not seen(BEACON, told())
    (piece,) = seen(HARBOUR, told())
    assert (piece.subproject, piece.verb, piece.bus, piece.least, piece.most) == (
        "harbour",
        "publish",
        "at least 1",
        1,
        None,
    )
    assert [(r.id, r.people, r.alone, r.machines) for r in piece.routes] == [("pypi-role", 1, 1, 0)]
    assert [one.key for one in piece.people] == ["marit"]
    assert piece.answer.startswith("1 person can publish this: 1 by PyPI role; of them 0 without strong two-factor")


@pytest.mark.parametrize("part", ["path", "factor", "gap", "whole", "workflow"])
def test_an_answer_is_as_closed_as_the_most_closed_thing_that_it_rests_on(part: str) -> None:
    assert not seen(HARBOUR, told(**{part: RED}))
    assert seen(COUNCIL, told(**{part: RED}))


def test_of_a_closed_register_the_council_alone_is_told() -> None:
    assert not seen(HARBOUR, told(), decisions_marking=RED)
    assert seen(COUNCIL, told(), decisions_marking=RED)

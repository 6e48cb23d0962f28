"""The section of a team compass asks for less than a publication, and says the same."""

from __future__ import annotations

from datetime import datetime

from muniment.app.dossiers import book_at
from muniment.app.material import material
from muniment.app.section import section_material
from muniment.model.asset import Status
from muniment.model.tlp import TLP, Audience
from muniment.publish.material import Material
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.reporters.compass import UNDECLARED, section

from .conftest import World

READERS = (PUBLIC, Audience(TLP.AMBER, frozenset({"harbour"})), COUNCIL)


def said(world: World, made: Material, subproject: str) -> list[str]:
    view = build(made, world.checks)
    return [section(project(view, audience), subproject).whole for audience in READERS]


def both(world: World, subproject: str, at: datetime | None = None) -> tuple[list[str], list[str]]:
    """What the section says of everything, and of what was gathered for it alone."""
    whole = material(world.store, world.checks, now=at or world.today, at=at)
    book = book_at(world.store, at)
    own = section_material(world.store, world.checks, book, subproject, UNDECLARED, now=at or world.today, at=at)
    return said(world, whole, subproject), said(world, own, subproject)


def test_a_section_says_the_same_of_what_is_gathered_for_it_alone(world: World) -> None:
    world.package("dock")
    world.package("stowaway")
    world.declare("pypi:quay", Status.UNCLEAR, subproject="")
    world.declare("pypi:org/callisto")
    world.run()
    first = world.today
    del world.assets["pypi:stowaway"]
    world.package("pier")
    world.run(40)
    for subproject in ("harbour", ""):
        for at in (None, first):
            whole, own = both(world, subproject, at)
            assert own == whole, (subproject, at)
    assert "pypi:stowaway" in both(world, "harbour")[1][-1]
    assert "pypi:stowaway" not in both(world, "harbour", first)[1][-1].partition("For the council to decide")[2]

"""What pages are told of a campaign is what stands in the database, and each part is for those whom it concerns."""

from __future__ import annotations

from datetime import timedelta

from muniment.app.campaign.deciding import exempt
from muniment.app.material import material
from muniment.campaigns.log import Started
from muniment.model.tlp import TLP, Audience
from muniment.publish.campaigns import CampaignPiece
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.reporters.finding import site

from .conftest import CampaignWorld


def told(world: CampaignWorld) -> CampaignPiece:
    (found,) = material(world.store, world.checks, now=world.today).campaigns or ()
    return found


def test_everybody_stands_on_the_page_where_the_campaign_has_them(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    world.gives("callisto", 4713, "secure")
    world.run()
    found = told(world)

    assert {s.subject: s.state for s in found.subjects} == world.where()
    (noor,) = (s for s in found.subjects if s.handle == "noor")
    assert noor.name == "Noor Example" and noor.login == "noor-example"
    assert [(t.asset, t.role) for t in noor.ties] == [
        ("github:org/callisto", "member"),
        ("github:org/lodestar", "owner"),
    ]
    assert found.state == "running" and [s.day for s in found.stages] == [0, 30, 60, 85, 90]
    line = next(own for own in found.lines if own.asset == "github:org/callisto")
    assert (line.to_go, line.complied) == (2, 1) and line.none + line.weak == 2 and line.required is False
    assert line.blocked + line.removed > 0
    assert found.burndown is not None and found.burndown.days[-1][1] == 2


def test_why_somebody_is_exempt_and_what_became_of_messages_is_for_the_council_alone(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    until = world.today.date() + timedelta(days=60)
    exempt(
        world.store,
        world.checks,
        "two-factor",
        "noor",
        reason="in hospital",
        until=until,
        by="noor",
        now=world.today,
    )
    view = build(material(world.store, world.checks, now=world.today), world.checks)
    lodestar = Audience(TLP.AMBER, frozenset({"lodestar"}))

    def read(audience: Audience) -> str:
        return "\n".join(d.decode() for d in site(project(view, audience)).values())

    assert f"until {until} by Noor Example: in hospital" in read(COUNCIL)
    assert "in hospital" not in read(lodestar) and "in hospital" not in read(PUBLIC)
    assert "noor-example" not in read(PUBLIC)


def test_how_a_campaign_stood_on_a_day_gone_by_is_not_told(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    made = material(world.store, world.checks, now=world.today, at=world.today)

    assert made.campaigns is None
    assert "campaigns.html" not in site(project(build(made, world.checks), COUNCIL))


def test_a_campaign_of_a_kind_that_is_not_installed_keeps_no_other_from_being_told(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    world.store.log_campaign("odd", Started(at=world.today, by="noor", kind="odd-kind", stages=(), gap=14))
    found = material(world.store, world.checks, now=world.today).campaigns or ()

    assert {c.name: c.state for c in found} == {"two-factor": "running", "odd": "untold"}
    assert "odd-kind" in next(c.why for c in found if c.name == "odd")

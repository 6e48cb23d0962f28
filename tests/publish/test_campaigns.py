"""Campaigns by TLP: no person below AMBER, sums for the council alone, and four numbers for everybody."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from muniment.model.tlp import CLEAR, RED, TLP, Audience, Marking
from muniment.publish import releases
from muniment.publish.campaigns import SumPiece
from muniment.publish.material import Material
from muniment.publish.pieces import View
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.testing.campaigns import campaigns
from muniment.testing.material import CHECKS, material

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))
BELOW = {
    "clear": PUBLIC,
    "green": Audience(TLP.GREEN, frozenset()),
    "another": Audience(TLP.AMBER, frozenset({"beacon"})),
}


def seen(made: Material, audience: Audience) -> View:
    return project(build(made, CHECKS), audience).view


def summed(done: int, to_go: int, cannot_see: int) -> Material:
    made = material()
    running = replace(
        campaigns()[0], name="for-odile", open_to_all=SumPiece(done=done, to_go=to_go, cannot_see=cannot_see)
    )
    return replace(made, campaigns=(running,))


@pytest.mark.parametrize("readers", BELOW)
def test_nobody_whom_a_campaign_is_about_is_named_to_those_it_does_not_concern(readers: str) -> None:
    made = material()
    logins = {s.login for c in made.campaigns or () for s in c.subjects if s.login}
    text = "\n".join([*(d.decode() for d in site(project(build(made, CHECKS), BELOW[readers])).values())])

    assert len(logins) > 20
    assert [login for login in logins if login in text] == []
    assert "at sea" not in text and "t…@callisto.example" not in text


def test_a_subproject_is_shown_its_own_people_and_no_sum_over_others() -> None:
    (own,) = [c for c in seen(material(), HARBOUR).campaigns or () if c.state == "running"]

    assert own.subjects and {t.asset for s in own.subjects for t in s.ties} == {
        "github:org/callisto-harbour",
        "github:org/mooring-hub",
    }
    assert {line.asset for line in own.lines} == {"github:org/callisto-harbour", "github:org/mooring-hub"}
    assert own.burndown is None and own.unsettled == () and own.others == () and own.open_to_all is None
    assert [s.mail for s in own.stages] == [None] * 5
    assert [s.reason for s in own.subjects if s.state == "exempt"] == [None]


def test_the_council_is_shown_all_of_it() -> None:
    whole = (seen(material(), COUNCIL).campaigns or ())[0]

    assert len(whole.subjects) == len(campaigns()[0].subjects)
    assert whole.burndown is not None and whole.unsettled and whole.stages[0].mail is not None
    assert any(s.reason for s in whole.subjects)


def test_a_campaign_is_no_more_open_than_the_register_and_its_decisions() -> None:
    for closed in (replace(material(), register_marking=RED), replace(material(), decisions_marking=RED)):
        assert seen(closed, HARBOUR).campaigns == ()
    careless = replace(material(), campaigns=tuple(replace(c, marking=CLEAR, subjects=()) for c in campaigns()))
    assert seen(careless, Audience(TLP.GREEN, frozenset())).campaigns == ()


def test_the_public_is_told_four_numbers_days_and_who_requires_a_second_factor() -> None:
    (told,) = seen(summed(40, 12, 7), PUBLIC).released_campaigns

    assert dict(told.counts) == {"done": 40, "to go": 12, "cannot see": 7, "all": 59}
    assert told.requiring == ("github:org/callisto-harbour", "github:org/quarry-connectors")
    assert told.title == "A second factor for everybody"


def test_a_campaign_about_settings_tells_the_public_nothing_of_second_factors() -> None:
    made = summed(40, 12, 7)
    (people,) = made.campaigns or ()
    settings = replace(people, title="Private reporting everywhere", family="subprojects", lines=())
    told = [
        site(project(build(replace(made, campaigns=(one,)), CHECKS), PUBLIC))["campaigns.html"].decode()
        for one in (people, settings)
    ]

    assert ["require a second factor" in page for page in told] == [True, False]
    assert all(">40<" in page for page in told)


@pytest.mark.parametrize("sums", [(40, 4, 7), (4, 40, 0), (1, 2, 3), (5, 4, 4), (0, 0, 0)])
def test_no_number_under_five_is_released_or_can_be_worked_out(sums: tuple[int, int, int]) -> None:
    (told,) = seen(summed(*sums), PUBLIC).released_campaigns
    shown = dict(told.counts)

    assert all(n is None or n >= releases.UNDER for n in shown.values())
    hidden = [n for n, own in zip(sums, list(shown.values())[:3], strict=True) if own is None]
    assert len(hidden) != 1, "one hidden number is the total without the others"


def test_which_organizations_require_nothing_is_not_told_apart_from_those_that_nobody_can_see() -> None:
    public = "\n".join(
        d.decode() for n, d in site(project(build(summed(40, 12, 7), CHECKS), PUBLIC)).items() if "campaigns" in n
    )

    assert "callisto-harbour" in public and "mooring-hub" not in public and ">github:org/callisto<" not in public
    assert "for-odile" not in public, "a campaign's own name was chosen by people for people"


def test_a_register_that_is_not_open_to_everybody_releases_nothing() -> None:
    closed = replace(summed(40, 12, 7), register_marking=Marking(TLP.AMBER))

    assert seen(closed, PUBLIC).released_campaigns == ()
    assert "campaigns.html" not in site(project(build(closed, CHECKS), PUBLIC))


def test_an_organization_that_not_everybody_may_know_is_not_named_though_it_requires_one() -> None:
    made = summed(40, 12, 7)
    running = (made.campaigns or ())[0]
    secret = replace(running.lines[0], asset="github:org/callisto-embargo", required=True)
    inventory = made.inventory
    hidden = replace(
        made,
        campaigns=(replace(running, lines=(*running.lines, secret)),),
        inventory=replace(
            inventory, under={("declared-asset", "github:org/callisto-embargo"): RED, **inventory.under}
        ),
    )

    (told,) = seen(hidden, PUBLIC).released_campaigns
    assert "github:org/callisto-embargo" not in told.requiring

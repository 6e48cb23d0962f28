"""Organizations and accounts that vanish or change their names while a campaign runs: nobody is thanked for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from muniment.app.campaign.deciding import delegate
from muniment.app.material import material
from muniment.campaigns.message import Message
from muniment.checks.declaration import checks
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.tlp import TLP, Marking
from muniment.ports import Delivery, Fate
from muniment.publish.projection import COUNCIL, project
from muniment.publish.view import build
from muniment.reporters.finding import site
from muniment.testing.github.faults import Aim, Fault, Scene, Wire
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.github.world import Membership, Organization, Person

from .council import (
    ALONE,
    ANCHOR,
    BEACON,
    BEN,
    BOTH,
    GUEST,
    HUB,
    NAME,
    OTHER,
    Council,
    account,
    befalls,
    begun,
    taken_up,
)

TO_GO = dict.fromkeys((BEN, GUEST, ALONE, BOTH, OTHER), "to-go")
HIDDEN = TO_GO | {ALONE: "cannot-see"}
"""As the council sees it while nothing is seen of the organization that one of the five belongs to alone."""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return begun(tmp_path_factory.mktemp("begun"))[0]


@pytest.fixture
def council(start: Path, tmp_path: Path) -> Iterator[Council]:
    made = taken_up(start, tmp_path)
    yield made
    made.store.close()


def unseen(council: Council) -> Mapping[str, str]:
    return {line.asset: line.unseen for line in council.stands().standings.organizations if line.unseen}


# ------------------------------------------------------------ organizations


def test_a_renamed_organization_keeps_its_people_and_says_which_line_to_correct(council: Council) -> None:
    council.renames()
    council.looks()
    assert council.where() == HIDDEN and council.sends() == []
    assert "correct its line in the register (project.yaml:3)" in council.why(ALONE)
    assert set(unseen(council)) == {ANCHOR}
    (line,) = (line for line in council.stands().standings.organizations if line.asset == ANCHOR)
    assert (line.to_go, line.cannot_see, line.complied, line.left) == (0, 4, 0, 0)
    assert council.stands().standings.burndown[-1][1] == 5, "the line of days does not fall"
    page = material(council.store, checks(), now=council.made.world.now)
    shown = site(project(build(page, checks()), COUNCIL))
    assert any(b"project.yaml:3" in page for name, page in shown.items() if "campaign" in name)


def test_under_its_new_name_it_is_the_same_organization(council: Council) -> None:
    council.entries.append(DeclaredParty(handle="ben", github_id=910002))
    council.looks()
    delegate(council.store, checks(), NAME, ANCHOR, to="ben", by="ada", now=council.made.world.now)
    council.renames()
    council.looks()
    council.writes(ANCHOR, HUB)
    council.looks()
    found = council.stands()
    assert council.where() == TO_GO and found.drift == () and unseen(council) == {}
    assert {line.asset: line.to_go for line in found.standings.organizations} == {HUB: 4, BEACON: 4}
    assert {line.asset: line.owner for line in found.standings.organizations} == {HUB: "ben", BEACON: ""}
    assert not any(s.joined or s.again for s in found.standings.subjects)
    assert council.sends() == [("ben", "to-owner-announcement")], "and nobody is told a second time"
    delegate(council.store, checks(), NAME, HUB, to="", by="ada", now=council.made.world.now)
    assert {line.owner for line in council.stands().standings.organizations} == {""}


def test_a_register_that_follows_before_the_next_run_hides_nobody(council: Council) -> None:
    council.renames()
    council.writes(ANCHOR, HUB)
    council.looks()
    assert council.where() == TO_GO and council.sends() == [] and council.stands().drift == ()
    assert {line.asset for line in council.stands().standings.organizations} == {HUB, BEACON}


def test_whoever_complied_while_the_name_led_nowhere_is_thanked_once_it_leads_again(council: Council) -> None:
    council.renames()
    account(council.made, ALONE).two_factor = "secure"
    council.looks()
    assert council.where() == HIDDEN and council.sends() == []
    council.writes(ANCHOR, HUB)
    council.looks()
    assert council.where() == TO_GO | {ALONE: "complied"} and council.sends() == [(ALONE, "thank-you")]


def test_a_new_name_that_tells_nothing_of_its_people_makes_nobody_leave(council: Council) -> None:
    council.renames()
    council.looks()
    council.writes(ANCHOR, HUB)
    org = council.organization()
    org.members = [m for m in org.members if m.person != 910001]  # ada, who asks
    council.looks()
    assert council.where() == HIDDEN and council.sends() == []
    assert "admin:org" in council.why(ALONE)


def test_a_former_name_that_comes_back_is_no_news(council: Council) -> None:
    council.renames()
    council.looks()
    council.organization().login = "callisto-anchor"
    council.looks()
    assert council.where() == TO_GO and council.sends() == [] and council.stands().drift == ()


def test_where_rest_sends_on_to_the_new_name_it_is_told(council: Council) -> None:
    """GitHub documents a 404, and redirects other names; whichever it answers, nobody complies or leaves."""
    council.renames()
    place: list[str] = []

    def moved(scene: Scene) -> Wire:
        url = f"{place[0]}/organizations/{council.organization().id}"
        return Wire(301, {"Location": url}, b'{"message": "Moved Permanently"}')

    fault = Aim(fault=Fault("moved", "GitHub's documentation of redirects", moved), path="/orgs/callisto-anchor")
    with SimulatedGithub(council.made.world, faults=[fault]) as github:
        place.append(github.api)
        council.run(github)
        assert any(served.status == 301 for served in github.requests)
    assert council.where() == HIDDEN and council.sends() == []
    assert "it goes by another name now: callisto-anchor-hub; correct its line" in council.why(ALONE)


def test_a_stranger_under_the_former_name_makes_nobody_comply(council: Council) -> None:
    council.renames()
    mallory = Person(id=999_666, login="person-mallory-example")
    everybody = [Membership(person=m.person) for m in council.organization().members]
    council.made.world.people.append(mallory)
    council.made.world.organizations.append(
        Organization(
            id=899_999, login="callisto-anchor", members=[Membership(person=mallory.id, role="owner"), *everybody]
        )
    )
    council.looks()
    assert council.where() == HIDDEN and council.sends() == []
    assert "another number than the project's" in council.why(ALONE)


def test_a_deleted_organization_hides_its_people_until_the_council_takes_it_out(council: Council) -> None:
    council.deletes()
    for _ in range(3):
        council.looks()
        assert council.where() == HIDDEN and council.sends() == []
    council.writes(ANCHOR)
    council.looks()
    assert council.where() == TO_GO | {ALONE: "left"} and council.why(ALONE) == "no longer looked at"
    assert council.sends() == [] and unseen(council) == {}


@pytest.mark.parametrize("nth", range(2, 38, 9))
@pytest.mark.parametrize("what", ["renames", "deletes"])
def test_in_the_middle_of_a_run_nobody_complies_or_leaves(council: Council, what: str, nth: int) -> None:
    council.looks(befalls(council, getattr(council, what), nth))
    assert council.where().keys() == TO_GO.keys() and set(council.where().values()) <= {"to-go", "cannot-see"}
    assert council.sends() == [] and council.stands().drift == ()


# ------------------------------------------------------------ accounts


def test_an_account_that_vanished_left_and_gets_nothing_more(council: Council) -> None:
    """One message of theirs came back, and of another nobody knows."""
    now = council.made.world.now
    council.store.settle(f"{NAME}/{BOTH}/announcement", Delivery(Fate.REFUSED), now)
    reminder = Message(
        key=f"{NAME}/{ALONE}/first-reminder",
        campaign=NAME,
        subject=ALONE,
        stage="first-reminder",
        channel="github-issue",
        to="somebody",
        title="Please",
        text="Please.",
        markdown="Please.",
        marking=Marking(TLP.AMBER),
    )
    council.store.hand_over(reminder, now)
    council.store.settle(reminder.key, Delivery(Fate.UNCERTAIN), now)
    states = sorted(p.state for p in council.stands().posted)
    assert states == ["refused", "sent", "sent", "sent", "sent", "uncertain"]
    council.loses(ALONE)
    council.loses(BOTH)
    council.looks()
    assert council.where() == TO_GO | {ALONE: "left", BOTH: "left"}
    assert council.why(ALONE) == "belongs to no organization any more"
    for _ in range(3):
        council.made.world.now += timedelta(days=30)
        council.looks()
        assert not {subject for subject, _ in council.sends()} & {ALONE, BOTH}


@pytest.mark.parametrize("nth", [3, 13, 18, 21])
def test_an_account_that_vanishes_in_the_middle_of_a_run_is_not_thanked(council: Council, nth: int) -> None:
    gone = (ALONE, BOTH, GUEST)
    council.looks(befalls(council, lambda: [council.loses(subject) for subject in gone], nth))
    assert "complied" not in council.where().values() and council.sends() == []
    for _ in range(3):  # an empty list that nobody counts takes away what three runs missed
        council.looks()
    assert council.where() == TO_GO | dict.fromkeys(gone, "left") and council.sends() == []


def test_a_member_without_a_name_hides_them_and_nobody_else(council: Council) -> None:
    """GitHub gives null for an account that it does not show any more."""

    def ghost(scene: Scene) -> Wire:
        body = json.loads(scene.true.body)
        for edge in list(edges(body)):
            if (edge.get("node") or {}).get("databaseId") == 910007:
                edge["node"] = None
        return Wire(scene.true.status, scene.true.headers, json.dumps(body).encode())

    council.looks(Aim(fault=Fault("ghost", "a test", ghost), path="/graphql"))
    assert council.where() == HIDDEN and council.sends() == []
    assert "without their number or name" in council.why(ALONE)


def edges(body: object) -> Iterator[dict[str, Any]]:
    """Every edge in an answer, however deep."""
    if isinstance(body, dict):
        yield from (edge for edge in body.get("edges") or () if isinstance(edge, dict))
    for below in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from edges(below)


@pytest.mark.parametrize("nth", [1, 15])
def test_an_account_renamed_in_the_middle_of_a_run_stays_one_subject(council: Council, nth: int) -> None:
    def renamed() -> None:
        account(council.made, ALONE).login = "another-name"

    council.looks(befalls(council, renamed, nth))
    assert council.where() == TO_GO and council.sends() == []
    council.looks()
    assert council.where() == TO_GO and council.sends() == [] and council.stands().drift == ()


def test_an_account_that_was_removed_and_added_again_is_drift(council: Council) -> None:
    org = council.organization()
    (place,) = (m for m in org.members if m.person == 910007)
    org.members.remove(place)
    council.looks()
    assert council.where()[ALONE] == "left" and council.sends() == []
    org.members.append(place)
    council.looks()
    assert council.where() == TO_GO
    assert [(d.asset, d.subject, d.what) for d in council.stands().drift] == [
        (ANCHOR, ALONE, "the account was added again without one")
    ]

"""Ninety days and after, run by run: what falls due on each day when everything that is due is sent."""

from __future__ import annotations

from datetime import date

import pytest

from muniment.app.campaign.deciding import change, close, delegate, exempt, readmit
from muniment.app.campaign.previewing import for_owner, messages, owners_list
from muniment.app.campaign.reporting import report
from muniment.app.campaign.standing import released, stands
from muniment.app.campaign.telling import piece as told
from muniment.campaigns.log import Paused, Reopened, Resumed
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.errors import UsageError
from muniment.model.party import Account
from muniment.ports import Delivery, Fate

from .conftest import CampaignWorld

NOOR, ZETA, GUEST = "github-id:4712", "github-id:4713", "github-id:4811"
NAME = "two-factor"


def send(world: CampaignWorld) -> list[tuple[str, str]]:
    """Send all that is due today: whom, and which stage."""
    due = messages(world.stands(), "email")
    for message in due:
        assert world.store.hand_over(message, world.today)
        world.store.settle(message.key, Delivery(Fate.SENT), world.today)
    assert world.stands().due == (), "what was sent is not due again"
    return [(m.subject, m.stage) for m in due]


def test_ninety_days_and_after(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    assert send(world) == [(NOOR, "announcement"), (ZETA, "announcement"), (GUEST, "announcement")]
    world.run(29)
    assert send(world) == [], "day 29"
    world.gives("callisto", 4713, "secure")
    world.run(1)
    assert send(world) == [(NOOR, "first-reminder"), (ZETA, "thank-you"), (GUEST, "first-reminder")]
    world.github.people["github:org/lodestar"][4900] = ("late-example", "member", "none")
    world.run(15)
    assert send(world) == [("github-id:4900", "announcement")], "day 45"
    world.run(15)
    everybody = (NOOR, GUEST, "github-id:4900")
    assert sorted(send(world)) == sorted((who, "second-reminder") for who in everybody)
    world.run(25)
    assert sorted(send(world)) == sorted((who, "last-reminder") for who in everybody)
    del world.github.people["github:org/callisto"][4811]
    world.run(4)
    assert send(world) == [], "day 89"
    world.run(1)
    assert send(world) == [(NOOR, "deadline"), ("github-id:4900", "deadline")]
    for id, name in ((4712, "callisto"), (4712, "lodestar")):
        world.gives(name, id, "secure")
    world.run(30)
    assert send(world) == [(NOOR, "thank-you")], "day 120: the late one was told all there is"
    assert world.where() == {NOOR: "complied", ZETA: "complied", GUEST: "left", "github-id:4900": "to-go"}
    world.run(30)
    assert send(world) == []


def thanked_and_fallen(world: CampaignWorld, done: int, lost: int) -> date:
    """Zeta is asked, does it within ``done`` days, is thanked, and ``lost`` days later has no factor again."""
    world.run()
    world.begin()
    send(world)
    world.gives("callisto", 4713, "secure")
    world.run(done)
    assert send(world) == [(ZETA, "thank-you")]
    world.gives("callisto", 4713, "none")
    world.run(lost)
    assert (ZETA, f"fell-back-{world.day()}") in send(world), "and not a reminder of what they had done"
    return world.day()


def test_whoever_relapses_is_told_so_and_then_asked_at_the_stages_that_come(world: CampaignWorld) -> None:
    thanked_and_fallen(world, 1, 30)
    world.run(13)
    assert send(world) == []
    world.run(17)
    assert (ZETA, "second-reminder") in send(world)
    (zeta,) = (s for s in world.stands().standings.subjects if s.subject == ZETA)
    assert not zeta.again, "no first factor at all is another finding than a text message"


def test_a_pause_moves_what_is_due(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    send(world)
    world.run(10)
    change(world.store, world.checks, NAME, Paused(world.today, "ada", "holidays"), now=world.today)
    world.run(25)
    assert send(world) == [] and world.stands().standings.day == 10
    change(world.store, world.checks, NAME, Resumed(world.today, "ada"), now=world.today)
    world.run(19)
    assert send(world) == []
    world.run(1)
    assert {stage for _, stage in send(world)} == {"first-reminder"}


def test_a_closed_campaign_reports_without_names_and_goes_on_where_it_was(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    send(world)
    world.run(29)
    close(world.store, world.checks, NAME, by="ada", now=world.today)
    told = "\n".join(report(world.stands()))
    assert "- 3 were to go still" in told and "- 3 messages were sent" in told and "| 2026-03-03 | 3 |" in told
    assert not any(word in told for word in ("noor", "4712", "zeta", "guest", "4811"))
    world.run(20)
    assert send(world) == []
    change(world.store, world.checks, NAME, Reopened(world.today, "ada"), now=world.today)
    world.run(1)
    assert {stage for _, stage in send(world)} == {"first-reminder"}


def test_whoever_falls_back_after_the_deadline_hears_of_it(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    for days in (0, 30, 30, 25, 5):
        if days:
            world.run(days)
        send(world)
    world.gives("callisto", 4713, "secure")
    world.run(3)
    assert send(world) == [(ZETA, "thank-you")]
    world.gives("callisto", 4713, "insecure")
    world.run(1)
    since = world.day()
    assert send(world) == [], "a fortnight lies between two messages"
    assert world.stands().drift[-1].what == "a good second factor was given up"
    world.run(13)
    assert send(world) == [(ZETA, f"fell-back-{since}")]
    world.run(60)
    assert send(world) == []
    assert [piece.title for piece in told(world.stands()).others] == ["Thanks", "Fell back"]


def test_a_relapse_that_changes_its_form_is_one_relapse(world: CampaignWorld) -> None:
    """The factor is lost; then there is a text message; nothing was done in between, so it is no second relapse."""
    since = thanked_and_fallen(world, 19, 74)
    world.gives("callisto", 4713, "insecure")
    for days in (5, 9, 20, 40):
        world.run(days)
        assert all(not stage.startswith("fell-back") for _, stage in send(world))
    (zeta,) = (s for s in world.stands().standings.subjects if s.subject == ZETA)
    assert zeta.since == since


def test_a_second_relapse_after_all_was_well_is_told_a_fortnight_later(world: CampaignWorld) -> None:
    thanked_and_fallen(world, 19, 80)
    world.gives("callisto", 4713, "secure")
    world.run(3)
    world.gives("callisto", 4713, "insecure")
    world.run(3)
    second = world.day()
    assert send(world) == []
    world.run(8)
    assert (ZETA, f"fell-back-{second}") in send(world)


def test_an_owner_asks_their_people_and_the_council_the_others(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    delegate(world.store, world.checks, NAME, "callisto", to="noor", by="ada", now=world.today)
    due = messages(world.stands(), "email")
    assert [(m.subject, m.stage, m.to) for m in due] == [
        (NOOR, "announcement", "noor@people.example"),
        ("noor", "to-owner-announcement", "noor@people.example"),
    ]
    assert "zeta-example" in due[1].text and "guest-example" in due[1].text and "Noor Example (" not in due[1].text
    delegate(world.store, world.checks, NAME, "lodestar", to="noor", by="ada", now=world.today)
    due = messages(world.stands(), "email")
    assert [(m.subject, m.stage) for m in due] == [(NOOR, "announcement"), ("noor", "to-owner-announcement")]
    assert "Noor" not in due[1].text.partition("\n")[2], "nobody is on a list of their own"
    delegate(world.store, world.checks, NAME, "lodestar", to="", by="ada", now=world.today)
    line = {p.login: p for p in owners_list(world.stands(), "github:org/callisto")}
    assert set(line) == {"noor-example", "zeta-example", "guest-example"}
    assert line["noor-example"].elsewhere == "lodestar"
    assert for_owner(world.stands(), "github:org/callisto") == "TLP:AMBER (to: Noor Example and the council)"
    assert for_owner(world.stands(), "github:org/lodestar").endswith("(to: an owner of lodestar and the council)")
    assert due[1].label == "TLP:AMBER (to: Noor Example and the council)"
    with pytest.raises(UsageError, match="no organization"):
        delegate(world.store, world.checks, NAME, "nowhere", to="noor", by="ada", now=world.today)
    delegate(world.store, world.checks, NAME, "callisto", to="", by="ada", now=world.today)
    assert len(world.stands().due) == 3


def test_whoever_was_not_seen_to_own_an_organization_is_told_of_before_they_get_its_list(
    world: CampaignWorld,
) -> None:
    world.more.append(DeclaredParty(handle="owen", name="Owen Example", github_id=4711))
    world.run()
    world.begin()
    given = {
        to: delegate(world.store, world.checks, NAME, "callisto", to=to, by="ada", now=world.today).doubt
        for to in ("noor", "owen", "")
    }
    assert given["noor"].startswith(
        "noor was not seen to own github:org/callisto, and gets the list of its people;"
    )
    assert given["noor"].endswith("as far as they were seen: owen") and given["owen"] == given[""] == ""
    world.organization("quay", zeta_example=(4713, "member", "none"))
    world.run()
    doubt = delegate(world.store, world.checks, NAME, "quay", to="noor", by="ada", now=world.today).doubt
    assert doubt.endswith("; no owner was seen")


def test_the_day_ahead_is_foreseen_and_nothing_is_kept_of_it(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    ahead = {}
    for day in (0, 30, 60, 85, 90, 120):
        until = world.today.date().fromordinal(world.today.date().toordinal() + day)
        found = stands(world.store, world.checks, NAME, now=world.today, until=until)
        assert found.standings.day == day and found.ahead == (day > 0)
        assert set(found.standings.counts.values()) == {3, 0}, "as seen today"
        ahead[day] = {one.stage for one in found.due}
    assert ahead == {
        0: {"announcement"},
        30: {"first-reminder"},
        60: {"second-reminder"},
        85: {"last-reminder"},
        90: {"deadline"},
        120: set(),
    }
    assert world.stands().posted == () and len(world.store.campaign_log()) == 1


def test_a_clock_that_went_backwards_is_refused(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    send(world)
    world.today = world.today.replace(day=world.today.day - 1)
    with pytest.raises(UsageError, match="backwards"):
        world.stands()


def test_what_everybody_may_know_is_three_numbers_from_five_up(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    assert dict(released(world.stands())) == {"done": None, "to go": None, "cannot see": None, "all": None}
    for n in range(20):
        world.github.people["github:org/callisto"][5000 + n] = (f"person-{n}", "member", "none")
    world.run()
    for n in range(8):
        world.gives("callisto", 5000 + n, "secure")
    world.run()
    world.run()
    counts = world.stands().standings.counts
    assert dict(released(world.stands())) == {"done": None, "to go": 15, "cannot see": None, "all": 23}, counts


def test_an_owner_called_like_a_subproject_gets_the_list_and_not_the_subproject(world: CampaignWorld) -> None:
    mail = Account("email", "owner@people.example")
    world.more.append(DeclaredParty(handle="lodestar", name="Zeta Example", accounts=(mail,)))
    world.run()
    world.begin()
    delegate(world.store, world.checks, NAME, "callisto", to="lodestar", by="ada", now=world.today)
    (message,) = (m for m in messages(world.stands(), "email") if m.subject == "lodestar")
    assert message.to == "owner@people.example" and message.text.startswith("Hello Zeta Example,")


def test_a_subproject_is_exempted_by_its_own_name(world: CampaignWorld) -> None:
    world.declare("github:repo/callisto/core", subproject="lodestar")
    world.repositories.reporting["github:repo/callisto/core"] = False
    world.run()
    world.begin("private-reporting")
    name = "private-reporting"
    until = world.day().replace(month=12)
    asked = {"reason": "moves away", "until": until, "by": "ada", "now": world.today}
    assert exempt(world.store, world.checks, name, "lodestar", **asked) == "lodestar"  # type: ignore[arg-type]
    assert world.where(name) == {"lodestar": "exempt"}
    with pytest.raises(UsageError, match="subproject 'noor'"):
        exempt(world.store, world.checks, name, "noor", **asked)  # type: ignore[arg-type]
    readmit(world.store, world.checks, name, "lodestar", by="ada", now=world.today)
    assert world.where(name) == {"lodestar": "to-go"}

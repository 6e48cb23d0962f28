"""Whoever is found late has a day of their own, and reads and is shown by it everywhere alike."""

from __future__ import annotations

from datetime import timedelta

from muniment.app.campaign.deciding import delegate
from muniment.app.campaign.previewing import messages, owners_list
from muniment.app.campaign.standing import Stands, stands
from muniment.app.campaign.telling import piece
from muniment.campaigns.message import Message
from muniment.cli.campaigning import own_time
from muniment.ports import Delivery, Fate

from .conftest import CampaignWorld

NOOR, LATE = "github-id:4712", "github-id:4900"


def send(world: CampaignWorld, fate: Fate = Fate.SENT) -> dict[str, Message]:
    """Send all that is due today, and give it by whom it is for."""
    due = messages(world.stands(), "email")
    for message in due:
        assert world.store.hand_over(message, world.today)
        world.store.settle(message.key, Delivery(fate), world.today)
    return {m.subject: m for m in due}


def found_late(world: CampaignWorld, day: int) -> Message:
    """A campaign in which somebody is first found, and told, on a late day: what they are told."""
    world.run()
    world.begin()
    for _ in range(day // 14):
        send(world)
        world.run(14)
    world.github.people["github:org/lodestar"][4900] = ("late-example", "outside", "none")
    world.run(day % 14)
    return send(world)[LATE]


def ahead(world: CampaignWorld, days: int) -> Stands:
    return stands(
        world.store, world.checks, "two-factor", now=world.today, until=world.day() + timedelta(days=days)
    )


def test_the_first_message_names_a_day_that_the_last_one_keeps(world: CampaignWorld) -> None:
    first = found_late(world, 84)
    began = world.day() - timedelta(days=84)
    own, last = (world.day() + timedelta(days=14)), began + timedelta(days=90)
    words = f"{own.day} {own:%B} {own.year}"
    assert words in first.title and "the first message of ours about this that reaches you" in first.text
    assert f"on {last.day} {last:%B} {last.year} the organizations may begin" in first.text
    (foreseen,) = (m for m in messages(ahead(world, 14), "email") if m.subject == LATE)
    world.run(14)
    sent = send(world)[LATE]
    assert sent.stage == "deadline" and sent.text == foreseen.text
    assert f"The day that was set for you is today, {words}." in sent.text


def test_status_preview_and_page_tell_the_same_day(world: CampaignWorld) -> None:
    found_late(world, 84)
    began, asked = world.day() - timedelta(days=84), world.day()
    own, last = asked + timedelta(days=14), began + timedelta(days=90)
    found = world.stands()
    assert {who: (t.since, t.by, t.is_own) for who, t in found.terms.items() if who in (NOOR, LATE)} == {
        NOOR: (began, last, False),
        LATE: (asked, own, True),
    }
    assert list(own_time(found)) == [
        f"1 person was asked late and has time of their own, until {own}: wait for them, if you can"
    ]
    shown = {s.subject: (s.asked_since, s.by) for s in piece(found).subjects}
    assert shown[LATE] == (asked, own) and shown[NOOR] == (began, last)
    assert list(own_time(ahead(world, 15))) == [], "their day is past, too"


def test_whom_no_message_reached_has_no_day_yet_and_is_not_reminded_of_one(world: CampaignWorld) -> None:
    world.run()
    world.begin()
    send(world, Fate.REFUSED)
    world.run(85)
    assert world.stands().terms == {}
    reminded = send(world)[NOOR]
    assert reminded.stage == "last-reminder"
    assert "first message of ours" in reminded.text and "reminder" not in reminded.title + reminded.text
    assert world.stands().terms[NOOR].by == world.day() + timedelta(days=14)


def test_a_day_of_ones_own_is_foreseen_for_those_who_are_told_before_the_day_that_is_looked_at(
    world: CampaignWorld,
) -> None:
    world.run()
    world.begin()
    assert world.stands().terms == {}
    assert ahead(world, 0).terms == {}, "what is due on the day itself is not sent yet"
    assert ahead(world, 1).terms[NOOR].since == world.day()


def test_an_owner_learns_that_one_of_their_people_fell_back(world: CampaignWorld) -> None:
    """Thanked by the council, then taken over by an owner, then without it again when every stage is past."""
    zeta = "github-id:4713"
    world.run()
    world.begin()
    send(world)
    world.gives("callisto", 4713, "secure")
    world.run(20)
    assert send(world)[zeta].stage == "thank-you"
    delegate(world.store, world.checks, "two-factor", "callisto", to="noor", by="ada", now=world.today)
    for days in (1, 14, 30, 20, 30):
        world.run(days)
        asked = send(world)
    assert "zeta-example" not in "".join(m.text for m in asked.values())
    world.gives("callisto", 4713, "none")
    world.run(1)
    since = world.day()
    assert zeta not in send(world)
    (line,) = (p for p in owners_list(world.stands(), "github:org/callisto") if p.login == "zeta-example")
    assert (line.since, line.news) == (since, "once more")
    world.run(20)
    message = send(world)["noor"]
    assert message.stage.startswith(f"to-owner-added-{since}-") and "more people to ask" in message.title
    said = f"new on this list, once more since {since.day} {since:%B} {since.year}"
    assert f"a text message will do\n  {said}\n" in message.text or f"no second factor\n  {said}\n" in message.text
    assert message.text.count("new on this list") == 1, "the guest was on it before"
    assert "1 person has come onto your list, who hears of it from you alone" in message.text
    own = world.day() + timedelta(days=14)
    assert f"give whoever is new until {own.day} {own:%B} {own.year} at least" in message.text
    world.run(90)
    assert "noor" not in send(world), "and once only"
    assert [mail.title for mail in piece(world.stands()).others] == ["Thanks", "More to ask"]
    (told,) = (m for m in piece(world.stands()).others if m.title == "More to ask")
    assert told.sent == 1

"""The messages: every kind and stage has one, names do nothing in them, and nobody else's name is in them."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from muniment.campaigns.due import Due
from muniment.campaigns.kind import CampaignKind, kinds
from muniment.campaigns.log import Started, fold
from muniment.campaigns.message import FELL_BACK, THANK_YOU, Message
from muniment.campaigns.standing import Standing, Tie, Where
from muniment.campaigns.writing import Letterhead, Reader, write
from muniment.model.tlp import TLP

from .strategies import BEGAN, DAY, ORGANIZATIONS, on, subject

GOLDEN = Path(__file__).parents[1] / "golden"
NOOR = "github-id:4712"
OF_PEOPLE = ("to-owner-deadline", "to-owner-added-2026-04-10-0930", "fell-back-2026-04-10")
CASES = [
    (kind, stage)
    for kind in kinds().values()
    for stage in (*(s.id for s in kind.stages), THANK_YOU, *OF_PEOPLE[: 3 * (kind.subjects == "people")])
]
SIGNS = "@#<>[]()*_`~|\\!&:/.\u202e\u200b\u2066\x1b\r\n\0"
NAMES = st.text(st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=60) | st.sampled_from(
    [
        "@everyone",
        "<!channel>",
        "[x](http://e.example)",
        "www.e.example",
        "https://e.example/a",
        "#1",
        "\u202egnihsihp",
    ]
)


def repositories(where: Where) -> Standing:
    """A subproject with one repository that is done, and one that is not unless it complied."""
    check = "repositories/private-reporting-off"
    ties = (
        Tie("github:repo/callisto/core", check, "", where is Where.TO_GO),
        Tie("github:repo/callisto/docs", check, "", False),
    )
    return replace(subject(NOOR, where), ties=ties)


def message(
    kind: CampaignKind,
    stage: str,
    reader: Reader,
    project: str = "Project Callisto",
    day: int = 0,
    asked: int | None = 0,
    seen: int = 0,
    thanked: bool = False,
) -> Message:
    """The message of a stage on a day; ``asked`` is the day of the first one, ``None``: nothing reached them."""
    found = fold(kind.id, [Started(BEGAN, "ada", kind.id, kind.stages, kind.gap)])
    assert found is not None
    where = Where.COMPLIED if stage == THANK_YOU else Where.TO_GO
    owner = stage.startswith("to-owner")
    thanked |= stage.startswith(FELL_BACK)
    begun = None if asked is None or thanked or stage == kind.stages[0].id else on(asked)
    new = (NOOR,) if "added" in stage else ()
    one = Due("zeta" if owner else NOOR, stage, (NOOR,) if owner else (), begun, thanked, new)
    standing = subject(NOOR, where, ORGANIZATIONS[:2]) if kind.subjects == "people" else repositories(where)
    return write(
        Letterhead(campaign=found, project=project, channel="email", today=on(day)),
        one,
        {NOOR: replace(standing, since_at=BEGAN + seen * DAY)},
        {NOOR: reader, "zeta": Reader("Zeta", "zeta-example", "zeta@people.example")},
    )


@pytest.mark.parametrize(("kind", "stage"), CASES, ids=[f"{k.id}: {s}" for k, s in CASES])
def test_every_kind_has_a_message_for_every_stage(kind: CampaignKind, stage: str) -> None:
    found = message(kind, stage, Reader("Noor Example", "noor-example", "noor@people.example"))
    assert found.title and "\n" not in found.title
    assert "Project Callisto" in found.text
    assert found.text.startswith("Hello ")
    assert "\n\n\n" not in found.text and not re.search(r"[{}]|undefined|None", found.text)
    assert found.marking.level >= TLP.AMBER
    if stage != THANK_YOU:
        assert "31 May 2026" in found.text, "by when"
    assert max(map(len, found.text.splitlines())) <= 130


@pytest.mark.parametrize(("kind", "stage"), CASES, ids=[f"{k.id}: {s}" for k, s in CASES])
def test_a_message_reads_as_it_did(kind: CampaignKind, stage: str) -> None:
    """Renew with ``UPDATE_GOLDEN=1 pytest tests/campaigns/test_writing.py``, and read each as who gets it would."""
    day = next((s.day for s in kind.stages if stage.endswith(s.id)), 40)
    found = message(kind, stage, Reader("Noor Example", "noor-example", "noor@people.example"), day=day)
    text = f"Subject: {found.title}\n\n{found.text}\n──── as Markdown\n\n{found.markdown}"
    path = GOLDEN / f"message-{kind.id}-{stage}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_message_is_left_over() -> None:
    assert {p.name for p in GOLDEN.glob("message-*.txt")} == {f"message-{k.id}-{s}.txt" for k, s in CASES}


@pytest.mark.parametrize(("kind", "stage"), CASES, ids=[f"{k.id}: {s}" for k, s in CASES])
@given(name=NAMES, login=NAMES, project=NAMES)
@example(name="0.", login="", project="")
def test_a_hostile_name_does_nothing(kind: CampaignKind, stage: str, name: str, login: str, project: str) -> None:
    plain = message(kind, stage, Reader("Noor", "noor"), "Callisto")
    found = message(kind, stage, Reader(name, login), project)
    for text in (found.title, found.text, found.markdown):
        assert "@" not in text
        assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") for c in text)
    assert found.text.count("://") == plain.text.count("://")
    assert found.text.count("\n") == plain.text.count("\n")
    assert "\n" not in found.title
    assert not re.search(r"\b[\w-]+\.(?=[a-z])", found.title)
    tokens = MarkdownIt("commonmark").parse(found.markdown)
    expected = MarkdownIt("commonmark").parse(plain.markdown)
    assert [t.type for t in tokens] == [t.type for t in expected]
    inline = [[c.type for c in t.children or () if c.type != "text"] for t in tokens]
    assert inline == [[c.type for c in t.children or () if c.type != "text"] for t in expected]


def test_one_message_names_every_organization_once_with_the_role() -> None:
    (kind,) = (k for k in kinds().values() if k.id == "two-factor")
    text = message(kind, "announcement", Reader("Noor", "noor")).text
    assert "- callisto-0, where you are a member: no second factor\n" in text
    assert "- callisto-1, where you are a member: no second factor\n" in text
    assert text.count("callisto-0") == 1


def test_whoever_comes_late_has_a_fortnight_at_least() -> None:
    (kind,) = (k for k in kinds().values() if k.id == "two-factor")
    assert "by 7 June 2026" in message(kind, "announcement", Reader("Noor"), day=83).text
    assert "by 31 May 2026" in message(kind, "announcement", Reader("Noor"), day=20).text


def two_factor(stage: str, day: int, asked: int | None, seen: int = 0) -> str:
    found = message(kinds()["two-factor"], stage, Reader("Noor"), day=day, asked=asked, seen=seen)
    return f"{found.title}\n{' '.join(found.text.split())}"


def test_a_late_deadline_is_told_by_the_day_that_was_told_first() -> None:
    """Told on day 84 of 90 that the day is 8 June: the campaign's own last day, 31 May, was never theirs."""
    first = two_factor("announcement", 84, None, seen=83)
    assert "by 8 June 2026" in first.partition("\n")[0]
    assert "Please change that by 8 June 2026." in first
    assert (
        "the first message of ours about this that reaches you. The campaign for it began on 2 March 2026" in first
    )
    assert "have seen what is said below since 24 May 2026" in first
    assert (
        "on 31 May 2026 the organizations may begin to require it. That is before your own day, 8 June 2026"
        in first
    )
    on_their_day = two_factor("deadline", 98, 84)
    assert "The day that was set for you is today, 8 June 2026." in on_their_day
    assert "since 31 May 2026 the organizations may require it" in on_their_day
    assert "The day that was set for you was 8 June 2026." in two_factor("deadline", 101, 84)


def test_whoever_is_asked_late_and_in_time_still_reads_the_day_of_all() -> None:
    found = two_factor("deadline", 90, 60)
    assert "The day that was set is today, 31 May 2026." in found and "your own day" not in found


@pytest.mark.parametrize("stage", ["first-reminder", "second-reminder", "last-reminder", "deadline"])
def test_whatever_stage_has_come_a_first_message_announces_and_says_why_it_is_late(stage: str) -> None:
    """What was sent before came back, so nobody was told anything yet."""
    found = two_factor(stage, 89, None)
    assert "this is the first message of ours about this that reaches you" in found
    assert "no fault of yours" in found and "by 13 June 2026" in found
    assert "reminder" not in found and "wrote to you" not in found and "day left" not in found
    owners = message(kinds()["two-factor"], f"to-owner-{stage}", Reader("Noor"), day=89, asked=None).text
    assert (
        "The day that is set for you is 13 June 2026" in owners and "may require it from 31 May 2026 on" in owners
    )


def test_whoever_was_thanked_does_not_read_that_nothing_ever_reached_them() -> None:
    """They fell back, and the message that says so was refused; the stage that comes next says it."""
    found = message(kinds()["two-factor"], "deadline", Reader("Noor"), day=95, asked=None, thanked=True)
    assert "some time ago all was well" in found.text and "19 June 2026" in found.text
    assert "that reaches you" not in found.text


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.id)
def test_only_who_is_told_long_after_the_others_reads_that_they_are(kind: CampaignKind) -> None:
    late = {
        day: "no fault of yours" in message(kind, "announcement", Reader("Noor"), day=day).text
        for day in (0, 13, 14)
    }
    assert late == {0: False, 13: False, 14: True}
    assert "no fault of yours" not in message(kind, "first-reminder", Reader("Noor"), day=30).text


def test_a_reminder_says_when_the_first_message_was() -> None:
    assert "we wrote to you about this on 16 April 2026. There are 30 days left" in two_factor(
        "first-reminder", 60, 45
    )


@pytest.mark.parametrize(
    ("day", "title", "text"),
    [
        (90, "from today on a second factor", "from today, 31 May 2026, on the organizations may require it"),
        (93, "since 31 May 2026 a second factor", "since 31 May 2026 the organizations may require it"),
    ],
)
def test_the_deadline_is_told_by_its_date(day: int, title: str, text: str) -> None:
    (kind,) = (k for k in kinds().values() if k.id == "two-factor")
    found = message(kind, "deadline", Reader("Noor"), day=day)
    assert title in found.title and text in found.text and ("today" in found.text) == (day == 90)


def test_only_members_are_told_that_they_are_in_again_by_themselves() -> None:
    """GitHub locks members out until they comply, and removes outside collaborators."""
    own = fold("two-factor", [Started(BEGAN, "ada", "two-factor", kinds()["two-factor"].stages, 14)])
    assert own is not None
    outside = Tie(ORGANIZATIONS[1], "access/outside-collaborator-without-two-factor", "", True)
    member = subject(NOOR).ties[0]
    told = {}
    for ties in ((member,), (outside,), (member, outside)):
        standing = replace(subject(NOOR), ties=ties)
        head = Letterhead(campaign=own, project="Callisto", channel="email", today=on(90))
        text = write(head, Due(NOOR, "deadline", asked_on=on(0)), {NOOR: standing}, {}).text
        told[len(ties), ties[0] is member] = ("you are in again" in text, "If you were removed" in text)
    assert told == {(1, True): (True, False), (1, False): (False, True), (2, True): (True, True)}


def test_a_late_message_does_not_say_that_others_were_asked_before() -> None:
    """It is late for everybody where nothing was sent in the first weeks."""
    assert "others" not in two_factor("announcement", 20, None).partition("What happens then")[0]


@pytest.mark.parametrize(("day", "left"), [(85, "5 days left"), (89, "1 day left")])
def test_days_that_are_left_are_counted(day: int, left: str) -> None:
    (kind,) = (k for k in kinds().values() if k.id == "two-factor")
    assert left in message(kind, "last-reminder", Reader("Noor"), day=day).title


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.id)
def test_no_message_asks_for_something_by_a_day_that_is_past(kind: CampaignKind) -> None:
    for stage in (kind.stages[-1].id, *OF_PEOPLE[: kind.subjects == "people"]):
        found = message(kind, stage, Reader("Noor"), day=100)
        assert "by 31 May 2026" not in found.title + found.text, stage


def test_whoever_fell_back_has_a_fortnight() -> None:
    (kind,) = (k for k in kinds().values() if k.id == "two-factor")
    found = message(kind, "fell-back-2026-06-02", Reader("Noor"), day=95)
    assert "by 19 June 2026" in found.text and "some time ago all was well" in found.text


def test_an_address_is_shown_without_its_name() -> None:
    (kind,) = (k for k in kinds().values() if k.id == "two-factor")
    assert (
        message(kind, "announcement", Reader("Noor", "noor", "noor@people.example")).shown_to == "n…@people.example"
    )
    assert message(kind, "announcement", Reader("Noor", "noor", "")).shown_to == ""

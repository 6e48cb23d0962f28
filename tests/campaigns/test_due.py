"""What is due: one message for a subject and a stage, to nobody who need not be asked, and never twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from muniment.campaigns.clock import day_of, forward
from muniment.campaigns.due import due, foreseen
from muniment.campaigns.log import Closed, Delegated, Paused, Reopened, Resumed
from muniment.campaigns.message import FELL_BACK, THANK_YOU, key_of
from muniment.campaigns.posted import Posted
from muniment.campaigns.standing import Standing, Where
from muniment.campaigns.term import asked_on
from muniment.model.errors import UsageError

from .strategies import BEGAN, DAY, ORGANIZATIONS, campaign, on, pauses, posted, subject, subjects

NOOR = "github-id:4712"


def walk(found: tuple[Standing, ...], *events: object, days: int = 130) -> list[tuple[int, str, str]]:
    """Every message of a campaign in which nobody does anything: day since the start, subject, stage."""
    own = campaign(*events)  # type: ignore[arg-type]
    return [
        ((day - on(0)).days, one.subject, one.stage)
        for day, ones in foreseen(own, lambda _: found, (), on(0), on(days))
        for one in ones
    ]


def test_one_person_is_told_at_every_stage_and_then_no_more() -> None:
    assert walk((subject(NOOR, organizations=ORGANIZATIONS),)) == [
        (0, NOOR, "announcement"),
        (30, NOOR, "first-reminder"),
        (60, NOOR, "second-reminder"),
        (85, NOOR, "last-reminder"),
        (90, NOOR, "deadline"),
    ]


@given(subjects(), pauses())
def test_nobody_is_told_a_stage_twice_and_nobody_who_need_not_be(
    found: tuple[Standing, ...], breaks: tuple[object, ...]
) -> None:
    own = campaign(*breaks)  # type: ignore[arg-type]
    told = [
        (day, key_of("two-factor", one.subject, one.stage), one)
        for day, ones in foreseen(own, lambda _: found, (), on(0), on(200))
        for one in ones
    ]
    assert max(Counter(key for _, key, _ in told).values(), default=1) == 1
    to_go = {s.subject for s in found if s.where is Where.TO_GO}
    assert {one.subject for _, _, one in told} <= to_go
    days: defaultdict[str, list[date]] = defaultdict(list)
    for day, _, one in told:
        days[one.subject].append(day)
    for own_days in days.values():
        assert all((b - a).days >= 5 for a, b in pairwise(own_days)), "the last two stages lie five days apart"
        assert all((b - a).days >= own.gap for a, b in pairwise(own_days[:-1]))
    if not own.is_paused:
        assert set(days) == to_go


@given(subjects(), st.integers(0, 120))
def test_how_many_organizations_somebody_is_in_changes_nothing(found: tuple[Standing, ...], day: int) -> None:
    one_each = tuple(subject(s.subject, s.where) for s in found)
    assert due(campaign(), found, (), on(day)) == due(campaign(), one_each, (), on(day))


@given(
    st.integers(0, 130),
    st.lists(st.tuples(st.sampled_from(["announcement", "first-reminder", "deadline"]), st.integers(0, 130))),
    st.sampled_from(["sending", "sent", "refused", "uncertain"]),
)
def test_what_was_handed_over_is_never_due_again_whatever_became_of_it(
    day: int, before: list[tuple[str, int]], state: str
) -> None:
    posts = [posted(NOOR, stage, at, state) for stage, at in before if at <= day]
    handed = {p.key for p in posts}
    for one in due(campaign(), (subject(NOOR),), posts, on(day)):
        assert key_of("two-factor", one.subject, one.stage) not in handed


def test_whoever_comes_late_is_announced_to_first_and_then_told_what_the_others_are() -> None:
    own, late = campaign(), (subject(NOOR),)
    assert [d.stage for d in due(own, late, (), on(70))] == ["announcement"]
    announced = [posted(NOOR, "announcement", 70)]
    assert due(own, late, announced, on(83)) == ()
    assert [d.stage for d in due(own, late, announced, on(84))] == ["second-reminder"]


def test_whoever_complied_is_thanked_once_if_they_were_ever_asked() -> None:
    done = (subject(NOOR, Where.COMPLIED),)
    asked = [posted(NOOR, "announcement", 0)]
    assert due(campaign(), done, (), on(5)) == ()
    assert [d.stage for d in due(campaign(), done, asked, on(5))] == [THANK_YOU]
    assert due(campaign(), done, [*asked, posted(NOOR, THANK_YOU, 5)], on(6)) == ()


@pytest.mark.parametrize(("state", "thanked"), [("refused", []), ("uncertain", [THANK_YOU])])
def test_whoever_no_message_ever_reached_is_not_thanked(state: str, thanked: list[str]) -> None:
    done = (subject(NOOR, Where.COMPLIED),)
    asked = [posted(NOOR, "announcement", 0, state), posted(NOOR, "first-reminder", 30, "refused")]
    assert [d.stage for d in due(campaign(), done, asked, on(35))] == thanked


def test_a_message_knows_since_when_its_reader_is_asked() -> None:
    own, late = campaign(), (subject(NOOR),)
    (first,) = due(own, late, (), on(70))
    assert first.asked_on is None
    announced = [posted(NOOR, "announcement", 70)]
    assert [d.asked_on for d in due(own, late, announced, on(98))] == [on(70)]
    refused = [posted(NOOR, "announcement", 70, "refused")]
    assert [(d.stage, d.asked_on) for d in due(own, late, refused, on(98))] == [("deadline", None)]
    known = {(d.stage, d.asked_on) for _, found in foreseen(own, lambda _: late, (), on(70), on(98)) for d in found}
    assert known == {("announcement", None), ("second-reminder", on(70)), ("deadline", on(70))}


def test_whoever_fell_back_is_asked_anew_from_then_on() -> None:
    posts = [posted(NOOR, "announcement", 0), posted(NOOR, THANK_YOU, 20)]
    (fallen,) = due(campaign(), relapsed(95), posts, on(95))
    assert (fallen.asked_on, fallen.was_thanked) == (None, True)
    posts.append(posted(NOOR, fallen.stage, 95))
    assert [d.asked_on for d in due(campaign(), relapsed(95), posts, on(109))] == [on(95)]
    posts[-1] = posted(NOOR, fallen.stage, 95, "refused")
    assert [(d.asked_on, d.was_thanked) for d in due(campaign(), relapsed(95), posts, on(109))] == [(None, True)]


def test_whoever_fell_back_again_and_could_not_be_told_so_is_not_held_to_the_day_of_the_first_time() -> None:
    """Told on day 20 and, after some good weeks, again on day 95: that one came back."""
    posts = [posted(NOOR, "announcement", 0), posted(NOOR, THANK_YOU, 3), posted(NOOR, f"{FELL_BACK}-{on(20)}", 20)]
    posts.append(posted(NOOR, f"fell-back-{on(95)}", 95, "refused"))
    (found,) = due(campaign(), relapsed(95), posts, on(109))
    assert (found.stage, found.asked_on, found.was_thanked) == ("deadline", None, True)
    posts.append(posted(NOOR, "deadline", 109))
    assert asked_on(posts) == on(109)


def relapsed(since: int) -> tuple[Standing, ...]:
    return (replace(subject(NOOR), since_at=BEGAN + since * DAY),)


def test_whoever_falls_back_is_told_once_each_time_and_then_the_stages_go_on() -> None:
    """Thanked on day 20; without it from day 95 on, fine again meanwhile, and once more from day 130 on."""
    own = campaign()
    posts = [posted(NOOR, "announcement", 0), posted(NOOR, THANK_YOU, 20)]
    assert [d.stage for d in due(own, relapsed(95), posts, on(95))] == [f"fell-back-{on(95)}"]
    posts.append(posted(NOOR, f"fell-back-{on(95)}", 95))
    assert [d.stage for d in due(own, relapsed(95), posts, on(108))] == []
    assert [d.stage for d in due(own, relapsed(95), posts, on(109))] == ["deadline"]
    posts.append(posted(NOOR, "deadline", 109))
    assert due(own, relapsed(95), posts, on(300)) == ()
    assert due(own, relapsed(118), posts, on(122)) == (), "a fortnight lies between"
    assert [d.stage for d in due(own, relapsed(118), posts, on(123))] == [f"fell-back-{on(118)}"]


def test_whoever_was_never_thanked_did_not_fall_back() -> None:
    asked = [posted(NOOR, stage.id, stage.day) for stage in campaign().stages]
    assert due(campaign(), relapsed(95), asked, on(120)) == ()
    refused = [*asked, posted(NOOR, THANK_YOU, 92, "refused")]
    assert due(campaign(), relapsed(95), refused, on(120)) == ()


def test_what_was_open_when_they_were_told_last_is_no_relapse() -> None:
    posts = [posted(NOOR, THANK_YOU, 20), *(posted(NOOR, s.id, s.day) for s in campaign().stages)]
    assert due(campaign(), relapsed(50), posts, on(120)) == ()


def test_nobody_asks_themself() -> None:
    own = campaign(Delegated(BEGAN, "ada", ORGANIZATIONS[0], "zeta"))
    themself, other = subject("github-id:1"), subject("github-id:2")
    found = due(own, (themself, other), (), on(0), {"github-id:1": "zeta"})
    assert [(d.subject, d.stage, d.people) for d in found] == [
        ("github-id:1", "announcement", ()),
        ("zeta", "to-owner-announcement", ("github-id:2",)),
    ]
    alone = due(own, (themself,), (), on(0), {"github-id:1": "zeta"})
    assert [(d.subject, d.stage) for d in alone] == [("github-id:1", "announcement")]


def test_the_exempt_the_gone_and_the_unseen_are_left_alone_on_every_day() -> None:
    quiet = tuple(subject(f"github-id:{n}", w) for n, w in enumerate((Where.EXEMPT, Where.LEFT, Where.CANNOT_SEE)))
    assert walk(quiet) == []


def test_a_pause_moves_every_later_stage_by_its_days() -> None:
    pause = (Paused(BEGAN + 10 * DAY, "ada"), Resumed(BEGAN + 17 * DAY, "ada"))
    found = (subject(NOOR),)
    moved = [(day + 7 if day > 10 else day, who, stage) for day, who, stage in walk(found)]
    assert walk(found, *pause, days=140) == moved


def test_nothing_is_due_while_it_is_paused_or_closed() -> None:
    for event in (Paused(BEGAN + DAY, "ada"), Closed(BEGAN + DAY, "ada")):
        assert due(campaign(event), (subject(NOOR),), (), on(40)) == ()
    again = campaign(Closed(BEGAN + DAY, "ada"), Reopened(BEGAN + 39 * DAY, "ada"))
    assert day_of(again, on(40)) == 2
    assert [d.stage for d in due(again, (subject(NOOR),), (), on(40))] == ["announcement"]


def test_an_owner_is_told_of_their_people_who_are_not_asked_by_anybody_else() -> None:
    own = campaign(Delegated(BEGAN, "ada", ORGANIZATIONS[0], "zeta"))
    inside, both = subject("github-id:1"), subject("github-id:2", organizations=ORGANIZATIONS[:2])
    found = due(own, (inside, both), (), on(0))
    assert [(d.subject, d.stage, d.people) for d in found] == [
        ("github-id:2", "announcement", ()),
        ("zeta", "to-owner-announcement", ("github-id:1",)),
    ]
    told = [posted("zeta", "to-owner-announcement", 0), posted("github-id:2", "announcement", 0)]
    assert due(own, (inside, both), told, on(29)) == ()
    assert [(d.subject, d.stage) for d in due(own, (inside,), told, on(30))] == [
        ("zeta", "to-owner-first-reminder")
    ]


@pytest.mark.parametrize("newest", [posted(NOOR, "announcement", 3), None])
def test_a_clock_that_went_backwards_is_refused(newest: Posted | None) -> None:
    own = campaign(*([] if newest else [Paused(BEGAN + 3 * DAY, "ada")]))
    posts = [newest] if newest else []
    forward(own, posts, BEGAN + 3 * DAY)
    with pytest.raises(UsageError, match="backwards"):
        forward(own, posts, BEGAN + 2 * DAY)


OWNED = Delegated(BEGAN, "ada", ORGANIZATIONS[0], "zeta")


def since(name: str, day: int) -> Standing:
    return replace(subject(name), since_at=BEGAN + day * DAY)


def owners(*people: Standing, posts: list[Posted], day: int) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(d.subject, d.stage, d.new) for d in due(campaign(OWNED), people, posts, on(day))]


def test_an_owner_is_told_of_a_relapse_after_the_last_stage() -> None:
    """Thanked by the council on day 20; an owner asks since day 25, and has had every message of the campaign."""
    thanked = [posted(NOOR, "announcement", 0), posted(NOOR, THANK_YOU, 20)]
    told = [*thanked, posted("zeta", "to-owner-announcement", 25), posted("zeta", "to-owner-deadline", 90)]
    stage = f"to-owner-added-{on(100)}-1800"
    assert owners(since(NOOR, 100), posts=told, day=100) == []
    assert owners(since(NOOR, 100), posts=told, day=104) == [("zeta", stage, (NOOR,))], "a fortnight lies between"
    (one,) = due(campaign(OWNED), (since(NOOR, 100),), told, on(104))
    assert one.once_more == (NOOR,) and one.people == (NOOR,)
    told.append(posted("zeta", stage, 104))
    assert owners(since(NOOR, 100), posts=told, day=300) == [], "once"
    assert owners(since(NOOR, 100), since("github-id:9", 110), posts=told, day=118) == [
        ("zeta", f"to-owner-added-{on(110)}-1800", ("github-id:9",))
    ]


def test_who_comes_onto_an_owners_list_shortly_before_a_stage_is_told_of_by_it() -> None:
    told = [posted("zeta", "to-owner-announcement", 0)]
    old, new = since("github-id:9", 0), since(NOOR, 17)
    assert owners(old, new, posts=told, day=17) == []
    assert owners(old, new, posts=told, day=30) == [("zeta", "to-owner-first-reminder", (NOOR,))]
    early = since(NOOR, 12)
    assert owners(old, early, posts=told, day=14) == [("zeta", f"to-owner-added-{on(12)}-1800", (NOOR,))]
    assert owners(old, posts=told, day=14) == []


@pytest.mark.parametrize(("state", "again"), [("refused", []), ("uncertain", []), ("sending", [])])
def test_what_tells_an_owner_of_somebody_new_leaves_at_most_once(state: str, again: list[str]) -> None:
    stage = f"to-owner-added-{on(100)}-1800"
    told = [posted("zeta", "to-owner-deadline", 80), posted("zeta", stage, 100, state)]
    assert owners(since(NOOR, 100), posts=told, day=200) == again


def test_whom_a_message_that_was_refused_named_is_new_in_the_next_one() -> None:
    told = [posted("zeta", "to-owner-announcement", 0), posted("zeta", "to-owner-first-reminder", 30, "refused")]
    assert owners(since(NOOR, 20), posts=told, day=60) == [("zeta", "to-owner-second-reminder", (NOOR,))]

"""Which message is due to whom: the latest stage that has come, once for each subject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from muniment.campaigns.clock import day_of
from muniment.campaigns.log import Campaign
from muniment.campaigns.message import ADDED, FELL_BACK, THANK_YOU, TO_OWNER, key_of
from muniment.campaigns.posted import Posted
from muniment.campaigns.standing import Standing, Where
from muniment.campaigns.term import asked_on
from muniment.campaigns.term import told as told_of


class Due(Struct, frozen=True):
    """One message that is due: to a subject, or to an owner who asks their people (``people``).

    ``asked_on`` is the day since which they are asked; ``None``: this message is the first to ask them, or the
    first since they fell back, which ``was_thanked`` tells apart. Of an owner's people, ``new`` are those of whom
    no message to the owner told yet, and ``once_more`` those who had it before.
    """

    subject: str
    stage: str
    people: tuple[str, ...] = ()
    asked_on: date | None = None
    was_thanked: bool = False
    new: tuple[str, ...] = ()
    once_more: tuple[str, ...] = ()

    @property
    def to_owner(self) -> bool:
        """True if an owner gets it, with a list of people."""
        return self.stage.startswith(TO_OWNER)


def due(
    campaign: Campaign,
    subjects: Iterable[Standing],
    posted: Sequence[Posted],
    today: date,
    themselves: Mapping[str, str] = {},
) -> tuple[Due, ...]:
    """What is due on a day, by subject.

    Nothing while it is paused or closed. A subject that is to go gets the latest stage that has come, in however
    many organizations, unless that one or a later one was ever handed over, whatever became of it. Between two
    messages lie ``gap`` days, or as many as their stages lie apart where that is less. Whoever was never told
    anything gets the first stage first, on whatever day. Whoever was told and has complied is thanked, once;
    whoever all messages were refused to was not told. Whoever was thanked and has fallen back is told of that,
    once each time, before the stages go on. An owner hears of people who are to go since the last message to the
    owner by the next stage, or, where none comes within ``gap`` days, by a message of its own. ``themselves`` are
    the handles of owners by the subjects that they are: nobody asks themself.
    """
    if campaign.closed is not None or campaign.is_paused:
        return ()
    day = day_of(campaign, today)
    told: defaultdict[str, list[Posted]] = defaultdict(list)
    for post in posted:
        told[post.subject].append(post)
    found: list[Due] = []
    asked_by_owner: defaultdict[str, list[Standing]] = defaultdict(list)
    for standing in subjects:
        own = told.get(standing.subject, [])
        if standing.where is Where.COMPLIED:
            reached = any(post.state != "refused" for post in own)  # who never heard of it would wonder what for
            if reached and all(post.stage != THANK_YOU for post in own):
                found.append(Due(standing.subject, THANK_YOU))
        elif standing.where is Where.TO_GO:
            owners = owners_of(campaign, standing, themselves)
            for owner in owners:
                asked_by_owner[owner].append(standing)
            if not owners:
                fallen = _relapse(standing, own)
                if fallen and not _rested(own, campaign.gap, today):
                    continue
                stage = fallen or _stage(campaign, day, own, today)
                if stage:
                    asked = None if fallen else asked_on(own)
                    found.append(Due(standing.subject, stage, (), asked, _was_thanked(own)))
    for owner, people in sorted(asked_by_owner.items()):
        own = [post for post in told.get(owner, []) if post.stage.startswith(TO_OWNER)]
        before = told_of(own)
        new = [s for s in people if before and s.since_at > before[-1].at]
        stage = _stage(campaign, day, own, today, f"{TO_OWNER}-") or _added(campaign, day, own, new, today)
        if stage:
            again = (s.subject for s in people if s.again or _was_thanked(told.get(s.subject, [])))
            found.append(
                Due(
                    owner,
                    stage,
                    tuple(s.subject for s in people),
                    asked_on(own),
                    new=tuple(s.subject for s in new),
                    once_more=tuple(again),
                )
            )
    return tuple(found)


def owners_of(campaign: Campaign, standing: Standing, themselves: Mapping[str, str] = {}) -> tuple[str, ...]:
    """The owners who ask a subject in the council's place.

    None, if one of its organizations is not delegated, or the subject is one of these owners.
    """
    owners = [campaign.delegate(asset) for asset in standing.open_assets]
    if not all(owners) or themselves.get(standing.subject) in owners:
        return ()
    return tuple(dict.fromkeys(owners))


def _relapse(standing: Standing, own: list[Posted]) -> str:
    """The stage that tells somebody that they fell back; empty: they did not since they were told anything.

    Whoever was thanked had nothing open. What opened since, and after all that they were told, is a relapse.
    """
    told = told_of(own)
    if all(post.stage != THANK_YOU for post in told) or standing.since_at < told[-1].at:
        return ""
    stage = f"{FELL_BACK}-{standing.since}"
    return stage if all(post.stage != stage for post in own) else ""


def _was_thanked(own: list[Posted]) -> bool:
    return any(post.stage == THANK_YOU for post in told_of(own))


def _added(campaign: Campaign, day: int, own: list[Posted], new: list[Standing], today: date) -> str:
    """The stage that tells an owner of people who are new on the list; empty: it is not due.

    A stage that comes within the gap brings the list by itself, and would be put off by a message before it.
    """
    is_near = any(day < stage.day <= day + campaign.gap for stage in campaign.stages)
    if not new or is_near or not _rested(own, campaign.gap, today):
        return ""
    stage = f"{TO_OWNER}-{ADDED}-{max(s.since_at for s in new):%Y-%m-%d-%H%M}"
    return stage if all(post.stage != stage for post in own) else ""


def _rested(own: list[Posted], gap: int, today: date) -> bool:
    return all((today - post.at.date()).days >= gap for post in own)


def _stage(campaign: Campaign, day: int, own: list[Posted], today: date, prefix: str = "") -> str:
    """The id of the stage that is due, after what was handed over; empty: none."""
    stages = sorted(campaign.stages, key=lambda stage: stage.day)
    order = {f"{prefix}{stage.id}": n for n, stage in enumerate(stages)}
    come = [n for n, stage in enumerate(stages) if stage.day <= day]
    asked = [order[post.stage] for post in own if post.stage in order]
    if not come or (asked and come[-1] <= max(asked)):
        return ""
    wanted = stages[come[-1] if asked else come[0]]
    # Stages that lie nearer together than the gap were meant to.
    meant = wanted.day - stages[max(asked)].day if asked else campaign.gap
    gap = min(campaign.gap, meant)
    if not _rested(own, gap, today):
        return ""
    return f"{prefix}{wanted.id}"


def foreseen(
    campaign: Campaign,
    subjects: Callable[[date], Sequence[Standing]],
    posted: Sequence[Posted],
    today: date,
    until: date,
    themselves: Mapping[str, str] = {},
) -> Iterator[tuple[date, tuple[Due, ...]]]:
    """What falls due on each day, if all of it is sent on its day; ``subjects`` as they stand on a day."""
    so_far = list(posted)
    day = today
    while day <= until:
        now = due(campaign, subjects(day), so_far, day, themselves)
        if now:
            yield day, now
            so_far += [as_sent(campaign, one, day) for one in now]
        day += timedelta(days=1)


def as_sent(campaign: Campaign, one: Due, day: date) -> Posted:
    """What is remembered of a message that is sent on a day, after all that was seen on it."""
    at = datetime.combine(day, time.max, UTC)
    return Posted(
        key=key_of(campaign.name, one.subject, one.stage),
        campaign=campaign.name,
        subject=one.subject,
        stage=one.stage,
        channel="",
        shown_to="",
        state="sent",
        at=at,
        settled_at=at,
    )

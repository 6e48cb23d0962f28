"""What the commands about campaigns share: their arguments, and how they tell what stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from muniment.app.campaign.standing import Stands
    from muniment.campaigns.log import Campaign, Paused, Reopened, Resumed
    from muniment.campaigns.standing import Standing, Standings

F = TypeVar("F", bound=Callable[..., Any])

name_argument = click.argument("name", required=False)
by_option = click.option("--by", required=True, help="Who decides: a handle of the register.")
campaign_option = click.option(
    "-c", "--campaign", "name", help="The campaign's name (default: the only one that is running)."
)
channel_option = click.option(
    "--channel",
    default="email",
    show_default=True,
    help="How messages leave: email, github-issue, csv, chat, or one that another package brings.",
)

day_option = click.option(
    "--day", type=click.IntRange(0, 3660), help="As --pretend-now, by the campaign's own days."
)


def looking_at(campaign: Campaign, pretend_now: date | None, day: int | None, now: datetime) -> date:
    """The date that a command looks at: today, or the one that ``--pretend-now`` or ``--day`` names."""
    from muniment import wiring
    from muniment.campaigns.clock import date_of
    from muniment.model.errors import UsageError

    if day is None:
        return wiring.moment(None, pretend_now, now).today
    if pretend_now is not None:
        raise UsageError("--pretend-now names a date and --day a day of the campaign", hint="give one of them")
    ahead = date_of(campaign, day, now.date())
    if ahead < now.date():
        raise UsageError(f"day {day} of {campaign.name} was {ahead}", hint="a day to come")
    return ahead


def decide(
    register: Path, db: str | None, name: str | None, decision: Callable[[datetime], Paused | Resumed | Reopened]
) -> str:
    """Pause, resume or reopen a campaign at this moment; its name."""
    from muniment import wiring
    from muniment.app.campaign.deciding import change
    from muniment.app.campaign.standing import named

    now = wiring.SystemClock().now()
    with wiring.opened(register, db) as store:
        own = named(store, name)
        change(store, wiring.all_checks(), own, decision(now), now=now)
    return own


WORDS = {"to-go": "to go", "cannot-see": "cannot see"}
"""The places where a subject can stand, as people read them, where they differ from their names."""


def head(found: Stands) -> Iterator[str]:
    """The campaign in a few lines: its day, its numbers, its pace."""
    from muniment.campaigns.clock import date_of, in_words
    from muniment.campaigns.standing import LEAST_WEEK

    standings = found.standings
    campaign = standings.campaign
    state = "Closed on day" if campaign.closed else "Paused on day" if campaign.is_paused else "Day"
    last = date_of(campaign, campaign.days, standings.today)
    yield (
        f"{campaign.name}: {found.kind.title}. {state} {in_words(standings.day, campaign.days)}, begun on "
        f"{campaign.started_at:%Y-%m-%d} by {campaign.started_by}, its last day "
        f"{'was' if standings.day > campaign.days else 'is'} {last}"
    )
    yield numbers(standings)
    if standings.counts_to_go:
        zero = standings.zero_on
        if zero is not None:
            yield f"At the pace of the last four weeks the list is empty on {zero}"
        elif len(standings.burndown) > LEAST_WEEK:
            yield "At the pace of the last four weeks it is never done"
    yield from own_time(found)
    if found.ahead:
        yield f"As if it were {standings.today}: who stands where is as seen now, and all due before then was sent"


def own_time(found: Stands) -> Iterator[str]:
    """How many were asked late and have time beyond the campaign's last day, and until when."""
    late = found.hurried
    if late:
        end, who = max(one.by for one in late), "person was" if len(late) == 1 else "people were"
        who = who if found.kind.subjects == "people" else "subject was" if len(late) == 1 else "subjects were"
        has = "has" if len(late) == 1 else "have"
        yield f"{len(late)} {who} asked late and {has} time of their own, until {end}: wait for them, if you can"


def numbers(standings: Standings) -> str:
    """The counts in one line."""
    return " · ".join(f"{count} {WORDS.get(where, where)}" for where, count in standings.counts.items())


def places(standing: Standing) -> str:
    """Every organization or repository of a subject, with the role and what is wrong there."""
    from muniment.app.campaign.telling import wrong

    told: dict[str, list[str]] = {}
    for tie in standing.ties:
        said = wrong(tie.check)
        said = said if tie.is_open else f"{said}, waived" if tie.is_waived else "done"
        role = f"{tie.role}, " if tie.role else ""
        told.setdefault(tie.asset, []).append(f"{role}{said}")
    return "; ".join(f"{_short(asset)} ({', '.join(dict.fromkeys(own))})" for asset, own in told.items())


def _short(asset: str) -> str:
    return asset.removeprefix("github:org/").removeprefix("github:repo/")


def not_seen(found: Stands) -> Iterator[str]:
    """What could not be seen whole, a line for each reason."""
    whys: dict[str, list[str]] = {}
    for line in found.standings.organizations:
        if line.unseen:
            whys.setdefault(line.unseen, []).append(_short(line.asset))
    for why, names in whys.items():
        yield f"{', '.join(names)}: {why}"


def due_lines(found: Stands) -> Iterator[str]:
    """How many messages of each stage are due."""
    from muniment.app.campaign.telling import title_of
    from muniment.campaigns.message import TO_OWNER

    counted: Counter[tuple[str, bool]] = Counter()
    for one in found.due:
        own = one.stage.removeprefix(f"{TO_OWNER}-")
        counted[title_of(own, found.standings.campaign), own != one.stage] += 1
    for (title, is_list), count in sorted(counted.items()):
        yield f"{count} × {title}, as a list for whoever asks their people" if is_list else f"{count} × {title}"


def unsettled(found: Stands) -> Iterator[str]:
    """Messages of which a person has to say what became of them."""
    for post in found.posted:
        if post.state in ("uncertain", "refused", "sending"):
            told = f": {post.detail}" if post.detail else ""
            yield f"{post.key} to {post.shown_to} is {post.state}{told}"


def words_of_people(found: Stands) -> Iterator[str]:
    """What people said became of messages, the newest first: when, who, of which message, and how they know."""
    from muniment.campaigns.log import Settled
    from muniment.campaigns.message import key_of

    for event in reversed(found.log):
        if isinstance(event, Settled):
            key = key_of(found.standings.campaign.name, event.subject, event.stage)
            why = f": {event.detail}" if event.detail else ""
            yield f"{event.at:%Y-%m-%d} {event.by}: {key} {event.word}{why}"

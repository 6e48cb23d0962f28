"""What a viewer sees of a person's contributions: a calendar of days, with those hidden that it may not know of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from graphql import GraphQLError
from msgspec import Struct

from muniment.testing.github.nodes import Asking, NotSimulated, Trouble, node_id
from muniment.testing.github.seeing import node
from muniment.testing.github.world import Organization, Person

YEAR = timedelta(days=366)


class Collection(Struct, frozen=True):
    """The contributions of some days that are shown, and those that are counted and not shown."""

    first: date
    last: date
    shown: tuple[date, ...]
    hidden: tuple[date, ...] = ()


class Day(Struct, frozen=True):
    """One square of the calendar."""

    date: date
    count: int


class Week(Struct, frozen=True):
    """A week of squares, from Sunday on."""

    days: tuple[Day, ...]


def nodes(asking: Asking, ids: Sequence[str]) -> list[object]:
    """Several nodes; one that cannot be found is null, with an error of its own."""
    if len(ids) > 100:
        raise Trouble("You may not provide more than 100 node ids; you provided more.", "ARGUMENT_LIMIT")
    return [_found(asking, id) for id in ids]


def _found(asking: Asking, id: str) -> object:
    try:
        return node(asking, id)
    except Trouble as trouble:
        return GraphQLError(str(trouble), original_error=trouble)


def collection(person: Person, asking: Asking, arguments: Mapping[str, Any]) -> Collection:
    """A person's contributions to one organization, of a year at most."""
    if not arguments.get("organizationID") or not arguments.get("from") or not arguments.get("to"):
        raise NotSimulated("User.contributionsCollection without organizationID, from and to")
    first, last = _time(arguments["from"]), _time(arguments["to"])
    if last - first > YEAR:
        raise Trouble("The total time spanned by 'from' and 'to' must not exceed 1 year")
    org = next((o for o in asking.world.organizations if node_id("O", o.id) == arguments["organizationID"]), None)
    if org is None:
        raise Trouble(
            f"Could not resolve to a node with the global id of '{arguments['organizationID']}'", "NOT_FOUND"
        )
    own = org.contributions.get(person.id)
    public = _between(own.public if own else (), first.date(), last.date())
    private = _between(own.private if own else (), first.date(), last.date())
    if _sees_private(asking, org):
        return Collection(first.date(), last.date(), public + private)
    return Collection(first.date(), last.date(), public, private if person.counts_private else ())


def _sees_private(asking: Asking, org: Organization) -> bool:
    """True if every private repository is seen; a part of them is as good as none here."""
    return asking.viewer.is_owner(org) and "repo" in asking.viewer.scopes


def _between(days: Sequence[date], first: date, last: date) -> tuple[date, ...]:
    return tuple(day for day in days if first <= day <= last)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _weeks(own: Collection) -> list[Week]:
    counts = Counter(own.shown)
    days = [own.first + timedelta(days=n) for n in range((own.last - own.first).days + 1)]
    weeks: list[list[Day]] = []
    for day in days:
        if not weeks or day.isoweekday() == 7:
            weeks.append([])
        weeks[-1].append(Day(day, counts[day]))
    return [Week(tuple(week)) for week in weeks]


_Field = Callable[[Any, Asking, Mapping[str, Any]], object]

FIELDS: dict[str, dict[str, _Field]] = {
    "ContributionsCollection": {
        "startedAt": lambda c, k, a: f"{c.first}T00:00:00Z",
        "endedAt": lambda c, k, a: f"{c.last}T23:59:59Z",
        "hasAnyContributions": lambda c, k, a: bool(c.shown or c.hidden),
        "hasAnyRestrictedContributions": lambda c, k, a: bool(c.hidden),
        "restrictedContributionsCount": lambda c, k, a: len(c.hidden),
        "earliestRestrictedContributionDate": lambda c, k, a: min(c.hidden).isoformat() if c.hidden else None,
        "latestRestrictedContributionDate": lambda c, k, a: max(c.hidden).isoformat() if c.hidden else None,
        "contributionCalendar": lambda c, k, a: c,
    },
    "ContributionCalendar": {
        "totalContributions": lambda c, k, a: len(c.shown),
        "weeks": lambda c, k, a: _weeks(c),
    },
    "ContributionCalendarWeek": {
        "firstDay": lambda w, k, a: w.days[0].date.isoformat(),
        "contributionDays": lambda w, k, a: list(w.days),
    },
    "ContributionCalendarDay": {
        "date": lambda d, k, a: d.date.isoformat(),
        "contributionCount": lambda d, k, a: d.count,
        "weekday": lambda d, k, a: d.date.isoweekday() % 7,
    },
}
"""How contributions answer, by type. That the calendar keeps to the organization is the schema's word."""

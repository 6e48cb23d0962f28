"""When each account of an organization last contributed to it: asked by the year, never of the events feed.

GitHub's feed of events goes 30 days back, so that nothing follows from an empty one. ``contributionsCollection``
goes back for years, one at a time; it is asked for many accounts at once, and for fewer where that is too much.
Contributions to private repositories are shown to those who see them: only an owner who may is asked with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql, questions
from muniment.collectors.github.asking import too_much
from muniment.collectors.github.belonging import Who, everybody, marked, node_of
from muniment.collectors.github.rights import ACTIVITY, NEEDS
from muniment.collectors.github.standing import Choice
from muniment.collectors.github.watching import Read, Watching
from muniment.collectors.reading import Label, Missed, Name, told
from muniment.evidence.account_activity import MONTHS, AccountActivity
from muniment.evidence.kind import Evidence
from muniment.model import asset as assets
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Io, Planned, Raw

PARSER = "github-activity/1"

AT_ONCE = 20
"""The accounts of one query; GitHub does not say how many it bears, so that fewer are tried where it says no."""

Id = Annotated[int, Meta(ge=1)]


class Window(Struct, frozen=True):
    """Some days, both ends among them."""

    first: date
    last: date

    @property
    def days(self) -> frozenset[date]:
        """Those that an answer must tell of: without both ends, which zones of time may move."""
        length = (self.last - self.first).days
        return frozenset(self.first + timedelta(days=n) for n in range(1, length))


def windows(today: date) -> tuple[Window, Window]:
    """The twelve months up to a day, this one among them, and the twelve before."""
    recent, before = _months_back(today, MONTHS // 2 - 1), _months_back(today, MONTHS - 1)
    return Window(recent, today), Window(before, recent - timedelta(days=1))


def _months_back(day: date, months: int) -> date:
    """The first day of the month so many months before a day's."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


class _Day(Struct, rename="camel"):
    date: date
    contribution_count: Annotated[int, Meta(ge=0)]


class _Week(Struct, rename="camel"):
    contribution_days: list[_Day]


class _Calendar(Struct, rename="camel"):
    total_contributions: int
    weeks: list[_Week]


class _Collection(Struct, rename="camel"):
    has_any_restricted_contributions: bool
    contribution_calendar: _Calendar
    latest_restricted_contribution_date: date | None = None


class _Contributor(Struct, rename="camel"):
    id: Label
    database_id: Id
    login: Name
    contributions_collection: _Collection


_CONTRIBUTOR = msgspec.json.Decoder(_Contributor)


class GitHubActivity:
    """The collector of accounts' activity. Without an owner's right to all repositories it asks nothing."""

    source = "github-activity"
    families: tuple[str, ...] = (assets.GITHUB_ORG,)
    yields: tuple[type[Evidence], ...] = ACTIVITY
    rationed = False
    rank = 1  # after the collector that tells whose the name is

    def __init__(self, addresses: Addresses) -> None:
        self.keys = addresses.keys
        self.asks: tuple[str, ...] = self.families if self.keys else ()
        self._graphql = addresses.public.graphql
        self._watching = Watching(addresses, AccountActivity, self.source, PARSER)

    def requests(self, scope: str) -> Iterable[Planned]:
        """Three requests; one more for every twenty accounts, two for those unseen for a year."""
        if not self.asks:
            return
        login = _login(scope)
        self._watching.note(login)
        right = NEEDS[AccountActivity].words
        yield Planned(self.source, scope, self._graphql, right)
        yield Planned(self.source, scope, self._watching.outside(login), right)
        yield Planned(self.source, scope, self._graphql, right, open=True)

    # ------------------------------------------------------------ asking

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask who belongs to the organization, and what they did in a year; who did nothing, in the year before."""
        login = _login(scope)
        begun = await self._watching.begin(login, io)
        answers, choice, found = list(begun.answers), begun.choice, begun.people
        where = node_of(answers)
        if isinstance(found, Missed) or not where:
            return Raw(scope, tuple(answers), choice.vantage)
        recent, before = windows(answers[0].at.date())
        answers += await self._activity(tuple(found.people), where, recent, "recent", choice, io)
        seen = _days(answers, "recent", found.people)
        left = tuple(id for id in found.people if id in seen and not seen[id].newest)
        answers += await self._activity(left, where, before, "before", choice, io)
        return Raw(scope, tuple(answers), choice.vantage)

    async def _activity(
        self, ids: Sequence[str], where: str, window: Window, question: str, choice: Choice, io: Io
    ) -> list[Answer]:
        """The answers about some accounts, so many at once as GitHub bears."""
        answers: list[Answer] = []
        waiting = [tuple(ids[n : n + AT_ONCE]) for n in range(0, len(ids), AT_ONCE)]
        while waiting:
            some = waiting.pop(0)
            variables: dict[str, object] = {
                "ids": list(some),
                "organization": where,
                "from": f"{window.first}T00:00:00Z",
                "to": f"{window.last}T23:59:59Z",
            }
            answer = await io.query(self._graphql, questions.activity(), variables, credential=choice.credential)
            if too_much(answer) and len(some) > 1:
                middle = len(some) // 2
                waiting = [some[:middle], some[middle:], *waiting]
                continue
            answers.append(replace(answer, question=question))
        return answers

    # ------------------------------------------------------------ reading

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: one batch, of everybody in the organization."""
        login = _login(raw.scope)
        at = raw.answers[1].at if len(raw.answers) > 1 else raw.answers[0].at
        return (self._watching.batch(raw, login, at, lambda today: _facts(login, raw.answers, today)),)


def collector(addresses: Addresses) -> GitHubActivity:
    """The collector of activity, with the credentials that are at hand."""
    return GitHubActivity(addresses)


def _login(scope: str) -> str:
    return assets.name(assets.canonical(scope))


class _Told(Struct, frozen=True):
    """What one answer or more said of an account: the newest day, all days told of, and the newest hidden one."""

    newest: date | None
    days: frozenset[date]
    restricted: bool = False
    hidden_on: date | None = None


def _days(answers: Sequence[Answer], question: str, people: Mapping[str, Who]) -> dict[str, _Told]:
    """What was told of each account; one of which anything is wrong is not in it."""
    told_of: dict[str, _Told] = {}
    for answer in marked(answers, question):
        found = graphql.reply(answer)
        if isinstance(found, Missed):
            continue
        for node in graphql.each(graphql.below(graphql.root(found), "nodes")):
            one = node.part(_CONTRIBUTOR, "id", "databaseId", "login", "contributionsCollection")
            if isinstance(one, Missed) or one.id not in people or people[one.id].number != one.database_id:
                continue
            calendar = one.contributions_collection.contribution_calendar
            days = [day for week in calendar.weeks for day in week.contribution_days]
            if sum(day.contribution_count for day in days) != calendar.total_contributions:
                continue  # a day is missing, or one came twice
            told_of[one.id] = _Told(
                max((day.date for day in days if day.contribution_count), default=None),
                frozenset(day.date for day in days),
                one.contributions_collection.has_any_restricted_contributions,
                one.contributions_collection.latest_restricted_contribution_date,
            )
    return told_of


def _facts(login: str, answers: Sequence[Answer], today: date) -> Read:
    """A fact for each account of which all days were told, why there are not more, and whether all were counted."""
    found = everybody(login, answers)
    if isinstance(found, Missed):
        return found, "", True
    people, short = found.people, found.short
    recent, before = windows(today)
    by_window = [(recent, _days(answers, "recent", people)), (before, _days(answers, "before", people))]
    facts = [_fact(who, list(_within(id, by_window))) for id, who in people.items()]
    whole = [fact for fact in facts if fact is not None]
    if len(whole) < len(facts):
        if not whole:
            wrong = (graphql.reply(a) for a in marked(answers, "recent"))
            said = next((w for w in wrong if isinstance(w, Missed)), None)
            return said or Missed(Outcome.UNREADABLE, "GitHub told of nobody what they contributed"), "", True
        short = "; ".join(filter(None, (short, f"of {len(facts) - len(whole)} accounts not all was told")))
    return whole, short, found.counted


def _within(id: str, by_window: Sequence[tuple[Window, dict[str, _Told]]]) -> Iterator[_Told | None]:
    """What was told of an account, the newest window first; ``None``: that window was not told of in full."""
    for window, told_of in by_window:
        found = told_of.get(id)
        whole = found is not None and window.days <= found.days
        yield found if whole else None
        if found is not None and found.newest:
            return


def _fact(who: Who, found: Sequence[_Told | None]) -> AccountActivity | None:
    """The fact, unless a day that mattered was not told of. A day that was seen counts whatever else was not."""
    seen = [one for one in found if one is not None]
    newest = max((one.newest for one in seen if one.newest), default=None)
    if len(seen) < len(found):
        return None
    hidden = any(
        one.restricted and (one.hidden_on is None or _month(one.hidden_on) != _month(newest)) for one in seen
    )
    return AccountActivity(id=who.number, login=told(who.login, 100), month=_month(newest), hidden=hidden)


def _month(day: date | None) -> date | None:
    return day.replace(day=1) if day is not None else None

"""Who moved the branches of a repository within a year: pushes and merges, which no calendar counts.

GitHub keeps a list for each repository, the newest lines first. It reaches a year back, and says nowhere how long
it is. A few pages are read; where it goes on, each account of the organization that was not met in them is asked
for by its name. Where some could not be asked for the look is partial: who was seen was seen, and of the others it
tells nothing. Of the lines the newest month of each account is kept, and nothing of strangers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import quote

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github.belonging import Who, everybody, marked
from muniment.collectors.github.collector import HIDDEN
from muniment.collectors.github.lists import Rows, followed, rows, twice
from muniment.collectors.github.repository import Id
from muniment.collectors.github.rights import NEEDS, PUSHES
from muniment.collectors.github.standing import Choice, next_page
from muniment.collectors.github.watching import Read, Watching
from muniment.collectors.reading import Missed, unobservable, unreadable, utc
from muniment.evidence.kind import Evidence
from muniment.evidence.repository_activity import RepositoryActivity
from muniment.model import asset as assets
from muniment.model.observation import Batch
from muniment.ports import Answer, Io, Planned, Raw

PARSER = "github-pushes/1"

PAGES = 5
"""The pages, each of a hundred lines, that are followed of a list."""

BY_NAME = 100
"""The accounts that are asked for by their names, where a list goes on beyond its pages."""

LINES = "lines"
AGAIN = "lines-again"
"""The questions, as the answers to them are marked; an account's own is marked with its number."""

OUT_OF_ORDER = timedelta(days=1)
"""By how much a line may be younger than the one before it, and the list still run from the newest on."""


class _Actor(Struct):
    id: Id


class _Line(Struct):
    """A line of the list. ``actor`` is null where the account is no more."""

    id: Id
    timestamp: datetime
    actor: _Actor | None


_LINE = msgspec.json.Decoder(_Line)


class GitHubPushes:
    """The collector of repositories' activity. Without an owner's right to all repositories it asks nothing."""

    source = "github-pushes"
    families: tuple[str, ...] = (assets.GITHUB_REPO,)
    yields: tuple[type[Evidence], ...] = PUSHES
    rationed = False
    rank = 1  # after the collector that tells which repositories there are

    def __init__(self, addresses: Addresses) -> None:
        self.keys = addresses.keys
        self.asks: tuple[str, ...] = self.families if self.keys else ()
        self._rest = addresses.public.github
        self._watching = Watching(addresses, RepositoryActivity, self.source, PARSER)

    def requests(self, scope: str) -> Iterable[Planned]:
        """One request, more for each hundred lines of a year; who belongs is asked once for each organization."""
        if self.asks:
            self._watching.note(_owner(scope))
            yield Planned(self.source, scope, self._url(scope), NEEDS[RepositoryActivity].words, open=True)

    # ------------------------------------------------------------ asking

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask who belongs to the organization, and what they did in the repository within a year."""
        begun = await self._watching.begin(_owner(scope), io)
        answers, choice, found = begun.answers, begun.choice, begun.people
        if not isinstance(found, Missed):
            answers = (*answers, *await self._lines(scope, tuple(found.people.values()), choice, io))
        return Raw(scope, answers, choice.vantage)

    async def _lines(self, scope: str, people: Sequence[Who], choice: Choice, io: Io) -> list[Answer]:
        url, credential = self._url(scope), choice.credential
        pages = await followed(io, LINES, url, credential=credential, within=self._rest, most=PAGES)
        found = _listed(pages)
        if isinstance(found, Missed):
            return pages
        if not found.counted:  # an empty list looks like one that was lost on its way
            again = await io.get(url.replace("per_page=100", "per_page=1"), credential=credential)
            return [*pages, replace(again, question=AGAIN)]
        met = {line.actor.id for line in found.items if line.actor}
        left = [who for who in people if who.number not in met]
        if not _goes_on(pages) or len(left) > BY_NAME:
            return pages
        for who in left:
            own = f"{url.replace('per_page=100', 'per_page=1')}&actor={quote(who.login, safe='')}"
            answer = await io.get(own, credential=credential)
            pages.append(replace(answer, question=str(who.number)))
        return pages

    def _url(self, scope: str) -> str:
        name = assets.name(assets.canonical(scope))
        return f"{self._rest}/repos/{name}/activity?direction=desc&time_period=year&per_page=100"

    # ------------------------------------------------------------ reading

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: one batch, of the organization's people who moved a branch."""
        at = next((answer.at for answer in raw.answers if answer.question == LINES), raw.answers[0].at)
        login = _owner(raw.scope)
        return (self._watching.batch(raw, login, at, lambda today: _read(login, raw.answers, today)),)


def collector(addresses: Addresses) -> GitHubPushes:
    """The collector of repositories' activity, with the credentials that are at hand."""
    return GitHubPushes(addresses)


def _owner(scope: str) -> str:
    return assets.name(assets.canonical(scope)).partition("/")[0]


def _goes_on(pages: Sequence[Answer]) -> bool:
    """True if there is more of a list than the pages that are followed."""
    return len(pages) == PAGES and bool(next_page(pages[-1]))


def _listed(pages: Sequence[Answer]) -> Rows[_Line] | Missed:
    """The lines of the pages. That it goes on beyond the last one that is followed does not make them short."""
    if pages and pages[0].status in (404, 410):
        return unobservable(HIDDEN)
    if pages and pages[0].status == 409:  # so GitHub answers where nothing was ever pushed
        return Rows((), counted=False)
    whole = [*pages[:-1], replace(pages[-1], headers={})] if _goes_on(pages) else pages
    found = rows(whole, _LINE, RepositoryActivity)
    if isinstance(found, Missed):
        return found
    days = [at for line in found.items if (at := utc(line.timestamp)) is not None]
    if any(later - before > OUT_OF_ORDER for before, later in pairwise(days)):
        return unreadable("the lines do not begin with the newest")
    return found


class _Newest:
    """The newest month of each account that is looked for, and what was wrong with lines."""

    def __init__(self, numbers: Iterable[int], today: date) -> None:
        self._today = today
        self._left = frozenset(numbers)
        self.months: dict[int, date] = {}
        self.wrong: dict[str, None] = {}

    @property
    def unseen(self) -> list[int]:
        """Those of whom there was no line."""
        return sorted(self._left - set(self.months))

    def note(self, line: _Line) -> None:
        """Take a line in."""
        at = utc(line.timestamp)
        if line.actor is None:
            self.wrong["some lines name nobody"] = None
        elif at is None or at.date() > self._today + OUT_OF_ORDER:
            self.wrong["some lines lie ahead"] = None
        elif line.actor.id in self._left:
            month = at.date().replace(day=1)
            self.months[line.actor.id] = max(month, self.months.get(line.actor.id, month))


def _read(login: str, answers: Sequence[Answer], today: date) -> Read:
    """The facts, why there may be more, and whether all that came empty was told so twice."""
    belong = everybody(login, answers)
    if isinstance(belong, Missed):
        return Missed(belong.outcome, f"who belongs to the organization: {belong.detail}"), "", True
    pages = marked(answers, LINES)
    found = _listed(pages)
    if isinstance(found, Missed):
        return found, "", True
    newest = _Newest((who.number for who in belong.people.values()), today)
    for line in found.items:
        newest.note(line)
    short = [belong.short, found.short, twice([line.id for line in found.items])]
    counted = belong.counted and (found.counted or _empty_again(marked(answers, AGAIN)))
    if not found.counted:
        short.append(_doubt(marked(answers, AGAIN)))
    if _goes_on(pages):
        told = {number: _alone(marked(answers, str(number)), number, newest) for number in newest.unseen}
        counted = counted and not any(number in newest.unseen for number in told)
        if left := sum(not answered for answered in told.values()):
            short.append(f"it goes on beyond {len(found.items)} lines, and of {left} accounts nobody was told")
    facts = [RepositoryActivity(id=number, month=month) for number, month in newest.months.items()]
    return facts, "; ".join(dict.fromkeys(filter(None, (*short, *newest.wrong)))), counted


def _empty_again(again: Sequence[Answer]) -> bool:
    """True if a list that came empty came so a second time."""
    found = _listed(again) if again else None
    return isinstance(found, Rows) and not found.counted


def _doubt(again: Sequence[Answer]) -> str:
    """Why an empty list is not believed; empty: nothing speaks against it."""
    found = _listed(again) if again else None
    return (
        "that nothing was pushed was said once, and not again" if isinstance(found, Rows) and found.counted else ""
    )


def _alone(answers: Sequence[Answer], number: int, newest: _Newest) -> bool:
    """True if the answer about one account tells when it pushed, or that it did not; what it tells is noted."""
    found = _listed(answers) if answers else None
    if not isinstance(found, Rows):
        return False
    if any(line.actor is None or line.actor.id != number for line in found.items):
        return False  # somebody else's: the name changed hands, or the question was not understood
    for line in found.items:
        newest.note(line)
    return number in newest.months or not found.counted

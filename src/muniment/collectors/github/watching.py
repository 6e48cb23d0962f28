"""How a look at what people of an organization do begins and ends: as an owner alone, and of whoever belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from msgspec import Struct

from muniment.collectors.addresses import Addresses
from muniment.collectors.github.belonging import Everybody, belonging, everybody
from muniment.collectors.github.rights import lacking, sees
from muniment.collectors.github.standing import Choice, place_told, seen_with, shared
from muniment.collectors.reading import Missed, Source, gathered, missed
from muniment.evidence.kind import Evidence
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Io, Raw

Read = tuple[Iterable[Evidence] | Missed, str, bool]
"""The facts, why there may be more (empty: there are not), and whether all were counted."""


class Begun(Struct, frozen=True):
    """The first answers of a look, whose token asks on, and of whom; ``Missed``: of nobody, and why."""

    answers: tuple[Answer, ...]
    choice: Choice
    people: Everybody | Missed


class Watching:
    """The first questions of a look at what people do, and the batch that comes of all answers."""

    def __init__(self, addresses: Addresses, kind: type[Evidence], source: str, parser: str) -> None:
        self._kind = kind
        self._source = source
        self._parser = parser
        self._standings = shared(addresses)
        self._belonging = belonging(addresses)

    def note(self, login: str) -> None:
        """Remember that an organization will be asked about."""
        self._standings.note(login)

    def outside(self, login: str) -> str:
        """The address of an organization's outside collaborators."""
        return self._belonging.outside(login)

    async def begin(self, login: str, io: Io) -> Begun:
        """Ask how the token stands to the organization, and who belongs to it where it shows all."""
        choice, own = await self._standings.standing(login, io)
        if choice.trouble or sees(self._kind, choice.place) != "all":
            return Begun((own,), choice, Missed(Outcome.DENIED, lacking(self._kind)))
        answers = (own, *await self._belonging.ask(login, choice, io))
        return Begun(answers, choice, everybody(login, answers))

    def batch(self, raw: Raw, login: str, at: datetime, read: Callable[[date], Read]) -> Batch:
        """The one batch of a look, as of ``at``. ``read`` is given the day on which it was begun."""
        standing = raw.answers[0]
        found: Read
        if (unasked := missed(standing)) is not None:
            found = unasked, "", True
        elif len(raw.answers) == 1:
            found = Missed(Outcome.DENIED, lacking(self._kind)), "", True
        else:
            found = read(standing.at.astimezone(UTC).date())
        facts, short, counted = found
        whole = not isinstance(facts, Missed) and not short
        vantage = seen_with(self._kind, login, place_told(standing), whole=whole)
        source = Source(self._source, vantage, self._parser)
        return gathered(source, raw.scope, self._kind, at, facts, partial=short, counted=counted)

"""What was seen, decoded once: the cells of some kinds, and of each asset the look at it to believe."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from msgspec import Struct

from muniment.app.dossiers import decoded, records_at
from muniment.evidence.kind import Evidence, kind_id
from muniment.model.observation import Cell, Outcome
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, Marking, join
from muniment.ports import CellRecord, Store
from muniment.register.inventory import Inventory

K = TypeVar("K", bound=Evidence)


class Look(Struct, frozen=True):
    """A cell that somebody saw: its facts, and whether they are all there are.

    ``failed``: a later look saw nothing.
    """

    source: str
    scope: str
    kind: type[Evidence]
    facts: tuple[Evidence, ...]
    outcome: Outcome
    whole: bool
    marking: Marking
    observed_at: datetime
    failed: bool

    @property
    def absent(self) -> bool:
        """True if it is proof that the thing does not exist."""
        return self.outcome is Outcome.ABSENT

    @property
    def settled(self) -> bool:
        """True if nothing about the cell is left to be seen."""
        return self.whole or self.absent


class Unread(Struct, frozen=True):
    """A cell that was asked about and tells nothing: no look ever saw it, or what it holds can be read no more."""

    scope: str
    kind: type[Evidence]
    outcome: Outcome
    marking: Marking


Came = Callable[[str], Mapping[tuple[str, str], datetime]]
"""Since when each live fact of a kind, by its id, was believed without a break, by scope and key."""


class Looks:
    """Looks in the order of their scopes, by kind, and the one to believe of each scope.

    Whoever asks for a kind that was not to be read gets a ``KeyError``: that nothing is there would tell nothing.
    """

    def __init__(self, read: Collection[type[Evidence]], seen: Iterable[Look | Unread], came: Came) -> None:
        self._looks: dict[type[Evidence], list[Look]] = {kind: [] for kind in read}
        self._unread: dict[type[Evidence], list[Unread]] = {kind: [] for kind in read}
        self._came = came
        for look in seen:
            if isinstance(look, Unread):
                self._unread[look.kind].append(look)
            else:
                self._looks[look.kind].append(look)

    def only(self, read: Collection[type[Evidence]]) -> Looks:
        """The looks at some of the kinds, without the others."""
        few = Looks((), (), self._came)
        few._looks = {kind: self._looks[kind] for kind in read}
        few._unread = {kind: self._unread[kind] for kind in read}
        return few

    def of(self, *read: type[Evidence]) -> Iterator[Look]:
        """Every look at some kinds."""
        for kind in read:
            yield from self._looks[kind]

    def best(self, kind: type[Evidence]) -> dict[str, Look]:
        """Of each scope the look that shows most of a kind, where several sources tell of it."""
        best: dict[str, Look] = {}
        for look in self.of(kind):
            before = best.get(look.scope)
            if before is None or _worth(look) > _worth(before):
                best[look.scope] = look
        return best

    def unread(self, *read: type[Evidence]) -> Iterator[Unread]:
        """The cells of some kinds that were asked about and tell nothing."""
        for kind in read:
            yield from self._unread[kind]

    def came(self, kind: type[Evidence]) -> Mapping[tuple[str, str], datetime]:
        """Since when each fact of a kind is believed without a break, by scope and key; asked for when needed."""
        return self._came(kind_id(kind))


def _worth(look: Look) -> tuple[bool, int]:
    return (look.settled, len(look.facts))


def doubt(look: Look, policy: Policy, now: datetime, *, asked: str = "asked") -> str:
    """Why a look does not show all there is by now; empty: it may be gone by. ``asked`` is what was done to see."""
    if look.failed:
        return "the newest look failed"
    if now - look.observed_at > timedelta(days=policy.max_age(kind_id(look.kind), look.kind.rests)):
        return f"it was last {asked} on {look.observed_at.date()}"
    return "" if look.whole else "not all of it was seen"


def one(look: Look | None, kind: type[K]) -> K | None:
    """The fact of a cell that holds one; ``None``: it was not seen."""
    return next((f for f in look.facts if isinstance(f, kind)), None) if look is not None else None


def marking(looks: Iterable[Look]) -> Marking:
    """The joint marking of what was read; CLEAR where nothing was: the register's own is joined by the checks."""
    found = {look.marking for look in looks}
    return join(*found) if found else CLEAR


def marking_of_found(inventory: Inventory, assets: Iterable[str], read: Marking) -> Marking:
    """The marking ``read``, joined by that of what the assets were found by, or of the trees that declare them."""
    return join(read, *{inventory.closer(asset) for asset in assets if inventory.entry(asset) is not None})


def looks(
    store: Store, inventory: Inventory, read: Collection[type[Evidence]], *, at: datetime | None, now: datetime
) -> Looks:
    """The looks at some kinds that are believed at an instant. What a council declines is left out, though it was
    seen before."""
    kinds = {kind_id(kind): kind for kind in read}
    records = (
        record
        for record in records_at(store, at, None, tuple(kinds))
        if not is_declined(record.cell, inventory, now)
    )
    return Looks(read, (_look(record, kinds[record.cell.kind]) for record in records), store.came)


def is_declined(cell: Cell, inventory: Inventory, now: datetime) -> bool:
    """True if a council declines that the cell is looked at."""
    return inventory.policy.decliner(cell.kind, cell.scope, now.date()) is not None


def _look(record: CellRecord, kind: type[Evidence]) -> Look | Unread:
    facts: tuple[Evidence, ...] = ()
    if record.standing is None or record.observed_at is None:
        return Unread(record.cell.scope, kind, record.latest, record.marking)
    if record.standing is not Outcome.ABSENT:
        try:
            facts = decoded(record, kind)
        except (msgspec.DecodeError, UnicodeDecodeError):  # the checks read the same cell as unreadable
            return Unread(record.cell.scope, kind, Outcome.UNREADABLE, record.marking)
    return Look(
        source=record.cell.source,
        scope=record.cell.scope,
        kind=kind,
        facts=facts,
        outcome=record.standing,
        whole=record.standing is Outcome.COLLECTED and not record.suspected,
        marking=record.marking,
        observed_at=record.observed_at,
        failed=not record.latest.observes,
    )

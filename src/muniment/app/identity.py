"""Keeps what a stranger says under one of the project's names out of what is believed of the project.

Names on GitHub change hands; its numbers do not. A look is admitted if the number that answers is the one that the
name is known by: what the register writes, else what was believed first. Any other is refused, with all that it
told, and that it was refused is evidence of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from muniment.app.holders import Holders
from muniment.app.reconcile.deriving import derived
from muniment.evidence.belief import SURE
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, decoder, kind_id
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO
from muniment.model.observation import Batch, Outcome
from muniment.ports import CellRecord, Recorded, Store
from muniment.register.inventory import Inventory, parent_of

K = TypeVar("K", bound=Evidence)

_FACES: Mapping[str, type[GithubOrganization] | type[GithubRepository]] = {
    kind_id(GithubOrganization): GithubOrganization,
    kind_id(GithubRepository): GithubRepository,
}
_IDENTITY = kind_id(GithubIdentity)


class Met(Struct, frozen=True):
    """What is to be kept of some looks, and what is noted of the numbers that answered.

    ``over`` ends what was believed of whom a name belonged to before.
    """

    kept: tuple[Batch, ...] = ()
    noted: tuple[Batch, ...] = ()
    over: tuple[Batch, ...] = ()


class _Known(Struct):
    """What is known of a name: the number believed (0: none), and when it was last asked about."""

    believed: int = 0
    identity: GithubIdentity | None = None
    asked_at: datetime | None = None


class Identities:
    """The numbers that names are known by, as they stand and as a run learns them."""

    def __init__(
        self, store: Store, inventory: Inventory, *, now: datetime, note: Callable[[str], None] = lambda text: None
    ) -> None:
        self._store = store
        self._inventory = inventory
        self._now = now
        self._note = note
        self._holders = Holders(store, inventory, now=now)
        self._written = {a: e.github_id for a, e in inventory.assets.items() if e.github_id is not None}
        self._names: dict[str, _Known] = {}
        for record in store.cells(kinds=(*_FACES, _IDENTITY)):
            self._learn(record)

    def _learn(self, record: CellRecord) -> None:
        known = self._names.setdefault(record.cell.scope, _Known())
        if record.cell.kind == _IDENTITY:
            known.identity = next(iter(_read(record, GithubIdentity)), None)
            return
        known.asked_at = max(record.latest_at, known.asked_at or record.latest_at)
        if record.cell.kind == kind_id(GithubOrganization):
            known.believed = next((face.id for face in _read(record, GithubOrganization)), 0)
        else:
            known.believed = next((face.id for face in _read(record, GithubRepository)), 0)

    def expected(self, name: str) -> int:
        """The number that a name is known by; 0: none yet."""
        known = self._names.get(name)
        if name in self._written:
            return self._written[name]
        if known is None:
            return 0
        return known.identity.id if known.identity is not None else known.believed

    def is_refused(self, name: str) -> bool:
        """True if who answered last to a name, or to its organization's, was somebody else."""
        return any(
            known is not None and known.identity is not None and known.identity.refused
            for known in (self._names.get(name), self._names.get(parent_of(name) or ""))
        )

    def meet(self, batches: Sequence[Batch], beside: Sequence[Batch] = ()) -> Met:
        """Tell the looks of those whom the names belong to from those of others.

        A repository under another number is the organization's own doing where the same look shows that the
        organization is who it was; by itself it is refused. Who accepts an organization's new number accepts the
        repositories that it shows. ``beside`` were handed over with the looks and tell nothing new, but whose they
        are.
        """
        good: dict[str, bool] = {}
        accepted: set[str] = set()
        noted: list[Batch] = []
        over: list[Batch] = []
        for name, face, number in sorted(
            _numbers((*batches, *beside)), key=lambda told: told[0].startswith(GITHUB_REPO)
        ):
            parent = parent_of(name)
            host = good.get(parent) if parent else None
            if host is False or (host is None and parent and self.is_refused(parent)):
                continue
            expected = self.expected(name) or number
            ours = host is True or number in (0, expected)
            good[name] = ours and good.get(name, True)
            known = self._names.setdefault(name, _Known())
            if known.asked_at is not None and face.observed_at < known.asked_at:
                continue  # an older look, handed over since: it does not tell who answers now
            known.asked_at = face.observed_at
            if ours and number:
                if known.believed not in (0, number):
                    accepted.add(name)
                    over += self._over(name, batches) if parent not in accepted else ()
                known.believed = number
            passed = number if parent in accepted else expected
            noted += self._note_down(name, face, passed, number, refused=not ours)
        kept = [own for batch in batches for own in self._as_believed(batch, good)]
        noted += self._holders.meet(batches)
        return Met(tuple(kept), tuple(own for own in noted if not self._is_declined(own)), tuple(over))

    def _is_declined(self, batch: Batch) -> bool:
        policy, today = self._inventory.policy, self._now.date()
        return policy.decliner(batch.cell.kind, batch.cell.scope, today) is not None

    def _note_down(self, name: str, face: Batch, expected: int, number: int, *, refused: bool) -> Iterator[Batch]:
        """The evidence that a number is gone, is another, or is the right one again."""
        known = self._names[name]
        if refused:
            self._note(f"{name}: GitHub's number {number} answers, not {expected}: refused")
        fact = GithubIdentity(id=expected, answers=number, refused=refused)
        if fact == known.identity or (known.identity is None and number == expected):
            return
        known.identity = fact
        yield derived(name, GithubIdentity, (fact,), Outcome.COLLECTED, face.marking, self._now)

    def _over(self, name: str, batches: Sequence[Batch]) -> Iterator[Batch]:
        """The end of what was believed of the former holder of a name, in the cells that these looks fill anew."""
        fresh = {b.cell: b for b in batches if _is_under(b.cell.scope, name) and b.outcome.observes}
        scopes = sorted({cell.scope for cell in fresh})
        for record in self._store.cells(scopes=scopes) if scopes else ():
            look = fresh.get(record.cell)
            if look is not None and record.facts:
                yield replace(
                    look,
                    outcome=Outcome.ABSENT,
                    vantage=look.vantage | record.vantage,
                    marking=record.marking,
                    items=(),
                    total=None,
                    detail="the name has passed to another number",
                )

    def _as_believed(self, batch: Batch, good: Mapping[str, bool]) -> Iterator[Batch]:
        name = batch.cell.scope
        if not name.startswith((f"{GITHUB_ORG}/", f"{GITHUB_REPO}/")) or batch.cell.source in SURE:
            yield batch
            return
        host = parent_of(name) or name
        admitted = good[host] if host in good else not self.is_refused(host)
        if admitted and (good[name] if name in good else not self.is_refused(name)):
            yield batch
        elif self._inventory.entry(name) is not None:  # what only the stranger names is not kept at all
            yield _unread(batch, "refused: another number than the project's answers to this name")


def _unread(batch: Batch, why: str) -> Batch:
    """The look as one that showed nothing, so that what it would have told counts as not seen."""
    if not batch.outcome.observes:
        return batch
    return replace(batch, outcome=Outcome.UNREADABLE, items=(), total=None, detail=why)


def _is_under(scope: str, name: str) -> bool:
    return scope == name or parent_of(scope) == name


def _numbers(batches: Sequence[Batch]) -> Iterator[tuple[str, Batch, int]]:
    """The number that answered to each name; 0 where it is proved that none does; nothing where neither shows."""
    for batch in batches:
        kind = _FACES.get(batch.cell.kind)
        if kind is None or batch.cell.source in SURE:
            continue
        if batch.outcome is Outcome.ABSENT:
            yield batch.cell.scope, batch, 0
        for item in batch.items if batch.outcome.observes else ():
            try:
                yield batch.cell.scope, batch, decoder(kind).decode(item.payload).id
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # the checks read the same cell as unreadable


def _read(record: CellRecord, kind: type[K]) -> tuple[K, ...]:
    try:
        return tuple(decoder(kind).decode(payload) for _, payload in record.facts)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()


def kept(store: Store, run: int, met: Met, *, confirmed: bool = False) -> tuple[Recorded, ...]:
    """Record what is to be kept, after the end of what is over."""
    over = store.record(run, met.over, confirmed=True) if met.over else ()
    rest = (*met.kept, *met.noted)
    return (*over, *(store.record(run, rest, confirmed=confirmed) if rest else ()))

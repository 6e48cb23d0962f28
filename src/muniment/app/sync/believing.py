"""What may be relied on to change a register: looks that are complete, fresh and not declined."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from msgspec import Struct

from muniment.app.dossiers import max_age, refused, seen
from muniment.app.sync.drifting import Proof
from muniment.evidence.kind import Evidence, kind_id, kinds
from muniment.model.observation import Outcome
from muniment.model.policy import Policy
from muniment.ports import CellRecord, Store

K = TypeVar("K", bound=Evidence)


class Sight(Struct, frozen=True):
    """A look to rely on. ``absent``: it is proof that the thing does not exist."""

    facts: tuple[Evidence, ...]
    absent: bool
    proof: Proof


class Sights:
    """The looks to rely on by kind and scope, and how many were left aside, by kind and reason."""

    def __init__(self) -> None:
        self.aside: Counter[tuple[str, str]] = Counter()
        self._by: dict[type[Evidence], dict[str, Sight]] = defaultdict(dict)

    def add(self, kind: type[Evidence], scope: str, sight: Sight) -> None:
        """Take a look in; of two sources the newer one."""
        before = self._by[kind].get(scope)
        if before is None or before.proof.seen < sight.proof.seen:
            self._by[kind][scope] = sight

    def of(self, kind: type[Evidence]) -> Mapping[str, Sight]:
        """The looks at a kind, by what they tell of."""
        return self._by[kind]

    def facts(self, kind: type[K]) -> Iterator[tuple[str, Sight, K]]:
        """Every fact of a kind, with its scope and its look, in the order of the scopes."""
        for scope, sight in sorted(self._by[kind].items()):
            for fact in sight.facts:
                if isinstance(fact, kind):
                    yield scope, sight, fact

    def one(self, kind: type[K], scope: str) -> tuple[K, Proof] | None:
        """The one fact that a cell holds; ``None``: there is none to rely on."""
        sight = self._by[kind].get(scope)
        fact = next((f for f in sight.facts if isinstance(f, kind)), None) if sight is not None else None
        return (fact, sight.proof) if fact is not None and sight is not None else None

    def absent(self, kind: type[Evidence], scope: str) -> Proof | None:
        """The proof that something does not exist, where there is one."""
        sight = self._by[kind].get(scope)
        return sight.proof if sight is not None and sight.absent else None


def believing(store: Store, wanted: Iterable[type[Evidence]], policy: Policy, now: datetime) -> Sights:
    """The looks at some kinds that may be relied on today."""
    sights = Sights()
    known = kinds()
    for record in store.cells(kinds=sorted(kind_id(kind) for kind in wanted)):
        kind = known[record.cell.kind]
        why = _left(record, policy, now)
        if not why:
            view = seen(record, kind, policy, now)
            if view.outcome in (Outcome.COLLECTED, Outcome.ABSENT) and view.observed_at is not None:
                absent = view.outcome is Outcome.ABSENT
                sights.add(
                    kind, record.cell.scope, Sight(() if absent else tuple(view.items), absent, _proof(record))
                )
                continue
            why = "unreadable"
        if why != "nothing was ever seen":
            sights.aside[record.cell.kind, why] += 1
    return sights


def _left(record: CellRecord, policy: Policy, now: datetime) -> str:
    """Why a look is not relied on; empty: it is."""
    if record.standing is None or record.observed_at is None:
        return "nothing was ever seen" if record.latest.observes else record.latest.value
    if refused(policy, record.cell.kind, record.cell.scope, record.cell.source, now) is not None:
        return "declined"
    if record.dropped is not None:
        return "no longer kept"
    if record.suspected or record.standing not in (Outcome.COLLECTED, Outcome.ABSENT):
        return "incomplete"
    if now - record.observed_at > timedelta(days=max_age(policy, record)):
        return "stale"
    if record.latest_at > record.observed_at:
        return "followed by a weaker look" if record.latest.observes else record.latest.value
    return ""


def _proof(record: CellRecord) -> Proof:
    assert record.observed_at is not None
    return Proof(
        kind=record.cell.kind,
        scope=record.cell.scope,
        source=record.cell.source,
        vantage=", ".join(sorted(record.vantage)),
        seen=record.observed_at,
        marking=record.marking,
    )

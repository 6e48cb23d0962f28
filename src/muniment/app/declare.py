"""Records what the register declares, as evidence beside all other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from muniment.evidence.belief import REGISTER
from muniment.evidence.kind import Evidence, encode, kind_id, kinds
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import Marking
from muniment.ports import Recorded, Store

REGISTER_VANTAGE = frozenset({"register"})


class Part(Struct, frozen=True):
    """What one included tree declares, and its marking. ``unread``: why nobody knows what it declares today."""

    name: str
    marking: Marking
    evidence: tuple[Evidence, ...] = ()
    unread: str = ""


def declare(
    store: Store,
    run: int,
    evidence: Iterable[Evidence],
    marking: Marking,
    *,
    now: datetime,
    parts: Sequence[Part] = (),
) -> tuple[Recorded, ...]:
    """Record what the register declares: one complete batch for every declared kind, and for each included tree.

    A tree that could not be read is recorded as unreachable, so that what it declared before stays believed. One
    that is no longer included declares nothing any more; but while another one was never read it may be that one
    under an older name, and stays believed too.
    """
    all_kinds = _declared_kinds()
    batches = _declared(REGISTER, all_kinds, evidence, marking, now, "")
    for part in parts:
        may_say = all_kinds - _FIRST_ALONE
        batches += _declared(scope_of(part.name), may_say, part.evidence, part.marking, now, part.unread)
    included = {scope_of(part.name) for part in parts}
    kept = [r for r in store.cells(kinds=sorted(all_kinds)) if r.cell.source == REGISTER]
    read = {r.cell.scope for r in kept if r.facts}  # one that was taken out has none, whatever its name said before
    new = any(part.unread and scope_of(part.name) not in read for part in parts)
    gone = [r for r in kept if r.cell.scope not in {REGISTER, *included}]
    left = [r for r in gone if r.facts or not r.latest.observes]
    for record in left:
        why = "it is no longer included, and a tree that is was never read" if new else ""
        batches.append(_batch(record.cell, (), record.marking, now, why))
    return store.record(run, batches)


def scope_of(tree: str) -> str:
    """The scope of the cells that hold what an included tree declares."""
    return f"{REGISTER}/{tree}"


_FIRST_ALONE = frozenset(
    {
        "declared-distinction",
        "declared-people-policy",
        "declared-policy",
        "declared-subproject",
        "declared-tree",
    }
)
"""The kinds that only the tree read first declares."""


def _declared_kinds() -> frozenset[str]:
    return frozenset(id for id, kind in kinds().items() if kind.keyed_by_asset)


def _declared(
    scope: str, may_say: Iterable[str], evidence: Iterable[Evidence], marking: Marking, now: datetime, unread: str
) -> list[Batch]:
    by_kind: dict[str, list[Evidence]] = {id: [] for id in may_say}
    for fact in evidence:
        by_kind[kind_id(type(fact))].append(fact)
    return [
        _batch(
            Cell(REGISTER, scope, kind),
            sorted(facts, key=lambda f: f.key),
            Marking(max(marking.level, kinds()[kind].marking), marking.to),
            now,
            unread,
        )
        for kind, facts in sorted(by_kind.items())
    ]


def _batch(cell: Cell, facts: Sequence[Evidence], marking: Marking, now: datetime, unread: str) -> Batch:
    return Batch(
        cell=cell,
        vantage=REGISTER_VANTAGE,
        outcome=Outcome.UNREACHABLE if unread else Outcome.COLLECTED,
        observed_at=now,
        parser="register/1",
        marking=marking,
        items=tuple(Item(f.key, encode(f)) for f in facts),
        total=None if unread else len(facts),
        detail=unread,
        schema=kinds()[cell.kind].schema,
    )

"""How a comparison is written down: a batch like any other, from a source of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from muniment.evidence.belief import COMPARED
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import Marking

SOURCE = COMPARED
PARSER = "reconcile/1"
VANTAGE = frozenset({SOURCE})


def derived(
    scope: str,
    kind: type[Evidence],
    items: Sequence[Evidence],
    outcome: Outcome,
    marking: Marking,
    now: datetime,
    detail: str = "",
) -> Batch:
    """A batch of derived evidence about one asset."""
    return Batch(
        cell=Cell(SOURCE, scope, kind_id(kind)),
        vantage=VANTAGE,
        outcome=outcome,
        observed_at=now,
        parser=PARSER,
        marking=marking,
        items=tuple(Item(i.key, encode(i)) for i in items),
        detail=detail,
        schema=kind.schema,
    )

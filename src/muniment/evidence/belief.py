"""What one look at a cell changes in what is believed of it. Pure; the stores only carry it out.

The rules, in one place:

* a look that observed nothing changes nothing;
* a look replaces or retires only facts that were seen from the same or a weaker vantage;
* that something is gone is refuted by whoever sees it later, from whatever vantage;
* an older look than the one believed adds what was unknown while the cell is incomplete, and nothing else;
  if a complete look from as strong a vantage came after it, it adds nothing: what that one missed had gone;
* a look that loses more than a fifth of a cell, and more than three facts, retires nothing until a second
  run loses them too or a person confirms;
* nor does one that loses anything where nobody counted what there is, since a list that came empty looks like
  one that was lost on its way: that needs a third. For the same reason a first look where nobody counted is
  partial, until a later one from no stronger a vantage comes as it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from muniment.evidence.kind import digest
from muniment.model.observation import Batch, Item, Outcome, Vantage

REGISTER = "register"
"""The source of what people wrote, which git keeps."""

COMPARED = "reconcile"
"""The source of what was compared with the register: what other cells say, once they are believed."""

SURE = frozenset({REGISTER, COMPARED})
"""The sources whose losses need no second look."""


class Fact(Struct, frozen=True):
    """A live fact, as far as belief needs it."""

    digest: bytes
    vantage: Vantage


class Standing(Struct, frozen=True):
    """The look that a cell's completeness rests on."""

    outcome: Outcome
    vantage: Vantage
    observed_at: datetime


class Suspicion(Struct, frozen=True):
    """Keys that vanished at once, not yet believed gone. ``run``: the newest that missed more of them, or again.

    ``twice`` are those of them that two runs missed, in lists that nobody counted.
    """

    run: int
    keys: frozenset[str]
    twice: frozenset[str] = frozenset()


class Belief(Struct, frozen=True):
    """What a batch changes. ``stands``: completeness now rests on this batch."""

    insert: tuple[Item, ...] = ()
    replace: tuple[Item, ...] = ()
    retire: tuple[str, ...] = ()
    stands: bool = False
    suspicion: Suspicion | None = None


def settled(batch: Batch, standing: Standing | None = None) -> Outcome:
    """The outcome a batch may claim over the look believed so far.

    A look that saw less than the source's own total is partial; so is one where nobody counted, unless an earlier
    look saw as much of the cell.
    """
    if batch.outcome is not Outcome.COLLECTED:
        return batch.outcome
    if batch.total is not None and len(batch.items) < batch.total:
        return Outcome.PARTIAL
    return batch.outcome if batch.counted or _seconds(batch, standing) else Outcome.PARTIAL


def _seconds(batch: Batch, standing: Standing | None) -> bool:
    """True if a look came before this one that saw as much."""
    return (
        standing is not None
        and standing.outcome in (Outcome.COLLECTED, Outcome.PARTIAL)
        and standing.observed_at < batch.observed_at
        and batch.vantage <= standing.vantage
    )


def fills(batch: Batch, standing: Standing | None) -> bool:
    """True if a look is older than the one believed and may yet add to it, since that one was incomplete."""
    return standing is not None and batch.observed_at < standing.observed_at and standing.outcome is Outcome.PARTIAL


def believe(
    batch: Batch,
    *,
    run: int,
    facts: Mapping[str, Fact],
    standing: Standing | None,
    suspicion: Suspicion | None = None,
    confirmed: bool = False,
    complete: Mapping[Vantage, datetime] | None = None,
) -> Belief:
    """The change that ``batch``, recorded in ``run``, makes to a cell's live ``facts``, keyed by item.

    ``standing`` is the look believed so far, ``suspicion`` what an earlier run suspected gone. ``complete`` says
    when each vantage's newest complete look was taken; it is read only where the batch ``fills``.
    """
    outcome = settled(batch, standing)
    if not outcome.observes:
        return Belief(suspicion=suspicion)
    seen = {item.key: item for item in batch.items}
    if standing is not None and batch.observed_at < standing.observed_at:
        overtaken = any(batch.vantage <= v and batch.observed_at < at for v, at in (complete or {}).items())
        if overtaken or not fills(batch, standing):
            return Belief(suspicion=suspicion)
        return Belief(insert=tuple(i for k, i in seen.items() if k not in facts), suspicion=suspicion)

    insert = tuple(item for key, item in seen.items() if key not in facts)
    replace = tuple(
        item
        for key, item in seen.items()
        if key in facts
        and facts[key].vantage <= batch.vantage
        and (facts[key].digest != digest(item.payload) or facts[key].vantage < batch.vantage)
    )
    refuted = standing is not None and standing.outcome is Outcome.ABSENT and bool(seen)
    stands = standing is None or refuted or standing.vantage <= batch.vantage
    if outcome is Outcome.PARTIAL:
        return Belief(insert, replace, (), stands, suspicion)

    lost = frozenset(k for k, fact in facts.items() if k not in seen and fact.vantage <= batch.vantage)
    many = (len(lost) > 3 and len(lost) * 5 > len(facts)) or (bool(lost) and not batch.counted)
    if many and not confirmed and batch.cell.source not in SURE:
        gone, still = _suspected(suspicion, lost, run, counted=batch.counted)
        return Belief(insert, replace, tuple(sorted(gone)), stands, still)
    return Belief(insert, replace, tuple(sorted(lost)), stands, None)


def _suspected(
    before: Suspicion | None, lost: frozenset[str], run: int, *, counted: bool
) -> tuple[frozenset[str], Suspicion | None]:
    """Of the keys that a look lost at once, those that are believed gone now, and what is suspected further."""
    if before is None:
        return frozenset(), Suspicion(run, lost)
    if before.run == run:
        return frozenset(), Suspicion(run, lost | before.keys, before.twice)
    again = lost & before.keys
    gone = again if counted else again & before.twice
    left = lost - gone
    return gone, Suspicion(run, left, again - gone) if left else None

"""What earlier runs saw, and what of a run that was stopped need not be asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from muniment.app.plan import Looked, Memory
from muniment.evidence.belief import SURE
from muniment.model.observation import Cell, Outcome
from muniment.ports import Collector, Keyed, Store

RESUMED_WITHIN = timedelta(hours=6)
"""How long what a stopped run was told stands in for asking again."""

_ANSWERED = frozenset({Outcome.DENIED, Outcome.UNOBSERVABLE})


def asked_with(store: Store, run: int, collectors: Sequence[Collector], *, now: datetime) -> None:
    """Note with which credentials a run asks, by their fingerprints."""
    store.remember(f"{_RUN}{run}", _ASKED_WITH, now, {}, _fingerprints(collectors))


def _fingerprints(collectors: Sequence[Collector]) -> bytes:
    keys = {key for c in collectors if isinstance(c, Keyed) for key in c.keys}
    return " ".join(sorted({key.fingerprint or key.name for key in keys})).encode()


_RUN = "muniment:run/"
_ASKED_WITH = "asked with"


def remembered(
    store: Store, *, now: datetime, run: int = 0, again: bool = False, collectors: Sequence[Collector] = ()
) -> Memory:
    """What earlier runs saw, as a plan needs it.

    Several runs that were stopped in a row, and asked with the same credentials, count together. ``run`` is the
    one under way; ``again``: what a stopped run was told is asked again.
    """
    since = None if again else _stopped_since(store, now, run, _fingerprints(collectors))
    looks: dict[Cell, Looked] = {}
    answered: set[Cell] = set()
    for record in store.cells():
        if record.cell.source in SURE:
            continue
        told = record.latest.observes or record.latest in _ANSWERED
        if since is not None and record.latest_at >= since and told:
            answered.add(record.cell)
        if record.observed_at is not None:
            whole = record.standing in (Outcome.COLLECTED, Outcome.ABSENT)
            sound = record.latest.observes and not record.suspected
            in_part = sound and record.standing is Outcome.PARTIAL
            looks[record.cell] = Looked(record.observed_at, whole and sound, in_part)
    return Memory(looks, frozenset(answered))


def _stopped_since(store: Store, now: datetime, run: int, credentials: bytes) -> datetime | None:
    """When the first of the runs began that were stopped, one after another, just before; ``None``: none was.

    A run with other credentials than these stands between: what was refused to one may be shown to another.
    """
    since = None
    for stamp in reversed(store.runs()):
        if stamp.id == run:
            continue
        if stamp.finished or now - stamp.at > RESUMED_WITHIN:
            break
        known = store.recall(f"{_RUN}{stamp.id}", _ASKED_WITH)
        if known is None or known[1] != credentials:
            break
        since = stamp.at
    return since

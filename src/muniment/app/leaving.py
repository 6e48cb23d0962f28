"""Every place to remove somebody from, in order: first what nobody else could do any more, last the register."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.access import Access, access
from muniment.app.assess import end_of
from muniment.app.dossiers import book_at, dossiers, records_at
from muniment.app.granting import granted
from muniment.app.holding import held
from muniment.app.parting import NEEDED, NO_FACTORS, Known, named, ordered, others, parting, removal
from muniment.app.shipping.deriving import shipping
from muniment.checks.assessment import Dossier
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.kind import kind_id, kinds
from muniment.model.tlp import join
from muniment.ports import Store
from muniment.publish.steps import Stage, Step


class Leaving(Struct, frozen=True):
    """The steps in their order, and what could not be seen: where nobody knows whether there is something to do."""

    access: Access
    steps: tuple[Step, ...]
    since: date | None = None

    @property
    def unseen(self) -> tuple[str, ...]:
        """What could not be seen of what they hold."""
        return self.access.unseen


def leaving(store: Store, word: str, *, at: datetime | None, now: datetime, since: date | None = None) -> Leaving:
    """What to do when a person leaves. ``since``: also what there was to do at the end of that day, ticked or not.

    A step of that day is done if what it takes away is seen gone by a later and complete look; if no such look was
    taken it is ``unseen``, and never done.
    """
    today = _steps(store, word, at, now)
    if since is None:
        return Leaving(today.access, ordered(today.steps))
    before = _steps(store, word, end_of(since), now)
    open = {step.key for step in today.steps}
    renamed = {_by_number(step) for step in today.steps if step.number}
    gone = (step for step in before.steps if step.key not in open and _by_number(step) not in renamed)
    ticked = [_ticked(step, today, since) for step in gone]
    marking = join(today.access.marking, before.access.marking)
    steps = ordered(replace(step, marking=marking) for step in (*today.steps, *ticked))
    return Leaving(replace(today.access, marking=marking), steps, since)


def _by_number(step: Step) -> tuple[str, str, str, int]:
    return (step.asset, step.kind, step.within, step.number)


class _Found(Struct, frozen=True):
    """What was known of somebody at an instant: the steps, and what they were read off."""

    steps: tuple[Step, ...]
    access: Access
    known: Known


def _steps(store: Store, word: str, at: datetime | None, now: datetime) -> _Found:
    book = book_at(store, at)
    found = access(store, word, at=at, now=now)
    names = tuple(kind_id(kind) for kind in NEEDED)
    near = {d.asset: d for d in dossiers(records_at(store, at, None, names), book, now=now)}
    known = Known(book, near)
    steps = (replace(step, marking=found.marking) for step in parting(found.whom, found.rows, known))
    return _Found(tuple(dict.fromkeys(steps)), found, known)


def _ticked(step: Step, today: _Found, since: date) -> Step:
    """A step that is open no more: done, if what was seen or written since then says so."""
    dossier = today.known.near.get(step.asset)
    if step.stage is Stage.HAND_OVER:
        return _handed_over(step, today)
    if step.kind == kind_id(DeclaredAttestation):
        word = today.known.inventory.attestations.get(step.asset)
        if word is None or word.seen <= since:
            return replace(step, state="unseen", detail="nobody has vouched for it since")
        return replace(step, state="done", detail=f"attested by {word.by} on {word.seen}")
    if step.kind not in kinds() or kinds()[step.kind].keyed_by_asset:
        return replace(step, state="done", detail="by the register")
    view = dossier.cells.get(kinds()[step.kind]) if dossier is not None else None
    if view is None or not view.complete or view.observed_at is None:
        return replace(step, state="unseen", detail="no complete look tells whether it was done")
    if dossier is not None and (now_called := _renamed(step, dossier, today.known)):
        return replace(step, detail=f"the account is there under another name: {now_called}")
    if view.observed_at <= end_of(since):
        return replace(step, state="unseen", detail=f"nobody has looked since {view.observed_at:%Y-%m-%d}")
    return replace(step, state="done", detail=f"seen {view.observed_at:%Y-%m-%d %H:%M} UTC, {view.source}")


def _renamed(step: Step, dossier: Dossier, known: Known) -> str:
    """What the account of a step is called now where it holds the same still; empty: it does not."""
    if not step.number:
        return ""
    for row in (*held(dossier, known.inventory), *granted(dossier, known.inventory)):
        same = row.state == "seen" and row.number == step.number
        if same and (now := removal(row, known)) is not None and (now.kind, now.within) == (step.kind, step.within):
            return now.account
    return ""


def _handed_over(step: Step, today: _Found) -> Step:
    """Handed over if somebody else can now; that the one who left cannot any more is no hand-over."""
    dossier = today.known.near.get(step.asset)
    if step.kind == kind_id(DeclaredAsset):
        entry = today.known.inventory.entry(step.asset)
        done = entry is not None and bool(named(entry))
        return replace(
            step, state="done" if done else "open", detail="by the register" if done else "nobody is named"
        )
    told = (
        shipping(dossier, today.known.near.get, today.known.inventory, NO_FACTORS) if dossier is not None else None
    )
    if told is not None and (left := others(told, today.access.whom)):
        return replace(step, state="done", detail=f"seen: {', '.join(one.key for one in left[:3])}")
    return replace(step, detail=f"they were not seen to be able to any more, nor was anybody else to {step.asset}")

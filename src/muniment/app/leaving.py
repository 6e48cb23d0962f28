"""Every place to remove somebody from, in order: first what nobody else could do any more, last the register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.access import Access, access
from muniment.app.assess import end_of
from muniment.app.dossiers import book_at, dossiers, records_at
from muniment.app.granting import granted
from muniment.app.holding import held
from muniment.app.parting import BY_NAME, NEEDED, NO_FACTORS, Known, named, ordered, others, parting, removal
from muniment.app.shipping.deriving import shipping
from muniment.checks.assessment import Dossier
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.kind import kind_id, kinds
from muniment.model.tlp import join
from muniment.ports import Store
from muniment.publish.held import Held
from muniment.publish.steps import Stage, Step


class Leaving(Struct, frozen=True):
    """The steps in their order, and what could not be seen: where nobody knows whether there is something to do."""

    access: Access
    steps: tuple[Step, ...]
    since: date | None = None

    @property
    def unseen(self) -> tuple[str, ...]:
        """What could not be seen of what they hold, and which accounts may be theirs as well."""
        key = self.access.whom.key
        maybe = (
            f"whether {one.beside(key)} is theirs as well, which nobody decided ({one.strength.value}): {one.why}"
            for one in self.access.maybe
        )
        return (*self.access.unseen, *maybe)


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
    gone = [step for step in before.steps if step.key not in open and _by_number(step) not in renamed]
    names = _names_now(before, today) if any(_is_by_name(step) for step in gone) else frozenset()
    ticked = [_ticked(step, today, since, names) for step in gone if not _is_listed_anew(step, today, names)]
    marking = join(today.access.marking, before.access.marking)
    steps = ordered(replace(step, marking=marking) for step in (*today.steps, *ticked))
    return Leaving(replace(today.access, marking=marking), steps, since)


def _by_number(step: Step) -> tuple[str, str, str, int]:
    return (step.asset, step.kind, step.within, step.number)


def _is_by_name(step: Step) -> bool:
    """True for what GitHub shows a login of and no number: reviewers of environments, maintainers of feedstocks."""
    return not step.number and step.account.startswith("github:")


def _is_listed_anew(step: Step, today: _Found, names: frozenset[str]) -> bool:
    """True if the same is a step of today's under another name of the same account."""
    return _is_by_name(step) and any(
        (now.asset, now.kind, now.within) == (step.asset, step.kind, step.within)
        and now.account.partition(":")[2].lower() in names
        for now in today.steps
    )


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


def _names_now(before: _Found, today: _Found) -> frozenset[str]:
    """The logins under which the accounts of somebody were seen since, by GitHub's numbers of them."""
    numbers = {row.number for row in (*before.access.rows, *today.access.rows) if row.state == "seen"}
    for found in (before, today):
        party = found.known.inventory.parties.get(found.access.whom.handle)
        numbers |= {found.access.whom.number, (party.github_id or 0) if party is not None else 0}
    return frozenset(
        row.who.lower()
        for dossier in today.known.near.values()
        for row in _rows(dossier, today.known)
        if row.number and row.number in numbers
    )


def _rows(dossier: Dossier, known: Known) -> Iterator[Held]:
    """What was seen at one asset."""
    rows = (*held(dossier, known.inventory), *granted(dossier, known.inventory))
    return (row for row in rows if row.state == "seen")


def _ticked(step: Step, today: _Found, since: date, names: frozenset[str]) -> Step:
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
    if dossier is not None and (now_called := _renamed(step, dossier, today.known, names)):
        return replace(step, detail=f"the account is there under another name: {now_called}")
    if view.observed_at <= end_of(since):
        return replace(step, state="unseen", detail=f"nobody has looked since {view.observed_at:%Y-%m-%d}")
    by_name = f"; {BY_NAME}" if _is_by_name(step) else ""
    return replace(step, state="done", detail=f"seen {view.observed_at:%Y-%m-%d %H:%M} UTC, {view.source}{by_name}")


def _renamed(step: Step, dossier: Dossier, known: Known, names: frozenset[str]) -> str:
    """What the account of a step is called now where it holds the same still; empty: it does not.

    ``names``: what accounts without a number in the step are called now.
    """
    if not step.number and not _is_by_name(step):
        return ""
    for row in _rows(dossier, known):
        same = row.number == step.number and (bool(row.number) or row.who.lower() in names)
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

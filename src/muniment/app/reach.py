"""Tells how the assets of a run were reached, and of whom nothing could be asked or came."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct

from muniment.app.collect import Took
from muniment.app.plan import Plan
from muniment.evidence.belief import SURE
from muniment.model.asset import GITHUB_ORG, family
from muniment.ports import Store


class Reach(Struct, frozen=True):
    """How a run's assets were reached. Every asset that a question is about is in exactly one of these.

    Repositories of which an organization's answer tells are in none: their organization stands for them. Nor is
    an asset that no credential can ask about, unless evidence of it is kept.

    ``live``: the source answered in this run. ``recorded``: judged by evidence kept from before.
    ``unreachable``: asked, no answer, and nothing kept. ``unasked``: not asked yet, and nothing kept.
    ``failed``: those of ``recorded`` that were asked in vain. ``keyless``: no credential here can ask about them,
    and nothing is kept. ``oldest``: the oldest evidence that recorded assets stand on (UTC).
    """

    live: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    keyless: tuple[str, ...] = ()
    oldest: datetime | None = None

    @property
    def is_nothing(self) -> bool:
        """True if there is something to be told of, and nothing is known of any of it."""
        return not self.live and not self.recorded and bool(self.unreachable or self.unasked or self.keyless)


def reach(store: Store, plan: Plan, answered: frozenset[str]) -> Reach:
    """Sort the plan's assets by how they were reached."""
    asked = {scope for _, scope in plan.ask}
    keyless = {asset for _, assets in plan.keyless for asset in assets}
    spared = {*plan.later, *plan.resting, *plan.resumed}
    rest = sorted((asked | spared | keyless) - answered)
    held: dict[str, datetime] = {}
    for record in store.cells(scopes=rest) if rest else ():
        when = record.observed_at
        if record.standing is not None and when is not None and record.cell.source not in SURE:
            held[record.cell.scope] = min(when, held.get(record.cell.scope, when))
    return Reach(
        live=tuple(sorted(answered & asked)),
        recorded=tuple(s for s in rest if s in held),
        unreachable=tuple(s for s in rest if s not in held and s in asked),
        unasked=tuple(s for s in rest if s not in held and s not in asked and s in spared),
        failed=tuple(s for s in rest if s in held and s in asked),
        keyless=tuple(s for s in rest if s not in held and s in keyless),
        oldest=min(held.values(), default=None),
    )


def told(reach: Reach) -> str:
    """The line that every run prints: how its assets were reached."""
    line = f"{len(reach.live)} live, {len(reach.recorded)} recorded, {len(reach.unreachable)} unreachable"
    return f"{line}, {len(reach.unasked)} not asked yet" if reach.unasked else line


def unkeyed(plan: Plan) -> tuple[str, ...]:
    """What every run says of sources that it has no credential for."""
    return _beside(
        ((source, assets) for source, assets in plan.keyless),
        "{name}: no credential here, so {what} not asked: muniment doctor",
    )


def refusals(took: Took) -> tuple[str, ...]:
    """What a run says of sources that told nothing and refused all that they were asked about an asset.

    Only assets of which nothing else came count. One that is refused beside others wants a right, or is hidden:
    that the source refused to tell anything would not be true.
    """
    telling = {_called(source) for source in took.sources}
    by: dict[str, list[str]] = {}
    for source, asset in sorted(took.refused):
        if asset not in took.answered and _called(source) not in telling:
            by.setdefault(source, []).append(asset)
    return _beside(by.items(), "{name} refused to tell anything, so {what} asked in vain: muniment doctor")


def _beside(by_source: Iterable[tuple[str, Collection[str]]], line: str) -> tuple[str, ...]:
    lines = []
    for source, assets in by_source:
        organizations = sum(family(asset) == GITHUB_ORG for asset in assets)
        count, thing = (organizations, "organization") if organizations else (len(assets), "asset")
        what = f"1 {thing} was" if count == 1 else f"{count} {thing}s were"
        lines.append(line.format(name=_called(source), what=what))
    return tuple(dict.fromkeys(lines))


def _called(source: str) -> str:
    return "GitHub" if source.startswith("github") else source

"""Collects with a person's own right, for somebody else to merge: evidence is handed over, not the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from muniment.app.collect import admitted
from muniment.app.main_job import Track, phases, untracked
from muniment.app.plan import Plan, plan
from muniment.app.reach import unkeyed
from muniment.app.reconcile import derives
from muniment.app.repositories import listed_in
from muniment.checks.declaration import Check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.kind import Evidence, kinds
from muniment.model.asset import Status
from muniment.model.observation import Batch
from muniment.model.tlp import TLP
from muniment.ports import Collector, Io
from muniment.register.inventory import Inventory


class Handed(Struct, frozen=True):
    """The batches to hand over, ordered by cell; ``left_out``: cells that are RED were not taken along.

    ``declined`` is how many batches were left out since a council declined what they tell.
    """

    batches: tuple[Batch, ...]
    asked: int
    left_out: bool
    declined: int = 0


def hand_over(
    inventory: Inventory,
    checks: Mapping[str, Check],
    collectors: Sequence[Collector],
    io: Callable[[Collector], Io],
    *,
    now: datetime,
    limit: int | None = None,
    only: Sequence[str] = (),
    private: bool = False,
    track: Track = untracked,
    note: Callable[[str], None] = lambda text: None,
) -> Handed:
    """Ask everything planned and give the batches; nothing is kept here. ``private``: RED kinds go along.

    What a council declined is left out, as it is where evidence is kept: whoever merges the bundle need not know of
    that decision.
    """
    batches: list[Batch] = []
    told = 0

    def keep(read: Sequence[Batch]) -> Sequence[Batch]:
        nonlocal told
        told += len(read)
        kept = admitted(read, inventory.policy, now.date())
        batches.extend(kept)
        return kept

    def planned(rank: int, found: Sequence[str]) -> Plan:
        return plan(
            inventory,
            checks,
            collectors,
            now=now,
            limit=limit,
            only=only,
            derived=derives(),
            rank=rank,
            found=found,
        )

    first = planned(0, ())
    for text in unkeyed(first):
        note(text)
    phases(first, collectors, io, keep, planned, lambda: listed_in(batches, inventory), track)
    mine = [b for b in batches if private or kinds()[b.cell.kind].marking < TLP.RED]
    return Handed(
        tuple(sorted(mine, key=lambda b: b.cell)),
        asked=len(first.ask),
        left_out=len(mine) < len(batches),
        declined=told - len(batches),
    )


def with_organizations(declared: Sequence[Evidence], organizations: Sequence[str]) -> Inventory:
    """What a register declares, and the organizations that were named without being in it."""
    there = {e.asset for e in declared if isinstance(e, DeclaredAsset)}
    more = [
        DeclaredAsset(asset=asset, status=Status.OFFICIAL, reason="named on the command line")
        for asset in organizations
        if asset not in there
    ]
    return Inventory.of((*declared, *more))

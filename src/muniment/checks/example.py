"""Judges the examples of checks, so that what the documentation shows is what the code does."""

from __future__ import annotations

from datetime import UTC, datetime, time

from muniment.checks.assessment import Bench, Dossier, Judged, Seen, compile
from muniment.checks.declaration import All, Check, Example
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.kind import Evidence
from muniment.model.asset import Status
from muniment.model.observation import Outcome
from muniment.model.verdict import Reason
from muniment.register.inventory import Inventory


def judge(check: Check, example: Example) -> Judged:
    """What ``check`` says of ``example``, by the engine that judges everything else."""
    return compile(check)(dossier_of(example), bench_of(example))


def bench_of(example: Example) -> Bench:
    """The inventory, the policy and the day of an example."""
    inventory = Inventory.of(example.register)
    return Bench(inventory, inventory.policy, example.today)


def dossier_of(example: Example) -> Dossier:
    """The evidence of an example, seen on the day judged."""
    inventory = Inventory.of(example.register)
    entry = inventory.assets.get(example.asset)
    if entry is None:
        entry = DeclaredAsset(asset=example.asset, status=Status.OFFICIAL, reason="declared by the example")
    cells: dict[type[Evidence], Seen] = {}
    for kind in dict.fromkeys((*map(type, example.given), *example.empty, *example.partial)):
        items = All(sorted((e for e in example.given if type(e) is kind), key=lambda e: e.key))
        partial = kind in example.partial
        cells[kind] = Seen(
            outcome=Outcome.PARTIAL if partial else Outcome.COLLECTED,
            items=items,
            reason=Reason.PARTIAL if partial else Reason.UNCOLLECTED,
            observed_at=datetime.combine(example.today, time(), UTC),
        )
    cells.update({kind: Seen(outcome=Outcome.ABSENT) for kind in example.absent})
    cells.update({kind: Seen(outcome=None, reason=reason) for kind, reason in example.unseen})
    return Dossier(example.asset, entry, inventory.subproject_of(example.asset), cells)


__all__ = ["bench_of", "dossier_of", "judge"]

"""What a run would ask of which source, with which right, at what cost. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from muniment.app.assess import chosen
from muniment.checks.declaration import Check, kinds_needed
from muniment.evidence.kind import kind_id
from muniment.model.asset import Status, family
from muniment.ports import Collector, Planned
from muniment.register.inventory import Inventory


class Plan(Struct, frozen=True):
    """The scopes a run would ask about now, those it leaves to recorded evidence, and the requests.

    ``unserved`` are needed kinds that no collector yields: their checks stay Unknown.
    """

    ask: tuple[tuple[Collector, str], ...]
    later: tuple[str, ...]
    requests: tuple[Planned, ...]
    kinds: tuple[str, ...]
    unserved: tuple[str, ...]


def plan(
    inventory: Inventory,
    checks: Mapping[str, Check],
    collectors: Sequence[Collector],
    *,
    last_seen: Mapping[str, datetime],
    limit: int | None = None,
    only: Iterable[str] = (),
    derived: frozenset[str] = frozenset(),
) -> Plan:
    """Derive the plan: needed kinds × declared assets.

    ``last_seen`` is when each asset's evidence was last complete; never-seen assets come first, then the
    oldest, so that every asset has its turn. ``limit`` bounds how many are asked (default: the policy's).
    ``only`` names the assets to ask about, whatever the limit. ``derived`` are kinds that reconciliation makes.
    """
    needed = kinds_needed(chosen(checks, inventory.policy))
    useful = [c for c in collectors if any(kind_id(k) in needed for k in c.yields)]
    wanted = set(only)
    candidates = [
        (collector, asset)
        for asset, entry in inventory.assets.items()
        if entry.status in (Status.OFFICIAL, Status.UNCLEAR) and (not wanted or asset in wanted)
        for collector in useful
        if family(asset) in collector.families
    ]
    candidates.sort(key=lambda pair: (_age_key(last_seen.get(pair[1])), pair[1]))
    bound = inventory.policy.live_limit if limit is None else limit
    ask = candidates if wanted else candidates[:bound]
    later = () if wanted else candidates[bound:]
    yielded = {kind_id(k) for c in collectors for k in c.yields} | derived
    return Plan(
        ask=tuple(ask),
        later=tuple(asset for _, asset in later),
        requests=tuple(request for collector, asset in ask for request in collector.requests(asset)),
        kinds=tuple(sorted(needed)),
        unserved=tuple(sorted(set(needed) - yielded)),
    )


def _age_key(seen: datetime | None) -> float:
    return seen.timestamp() if seen else 0.0

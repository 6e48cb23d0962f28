"""What a run would ask of which source, with which right, at what cost. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.assess import chosen
from muniment.checks.declaration import Check, kinds_needed
from muniment.evidence.kind import kind_id, kinds
from muniment.model.asset import GITHUB_ORG, Status, family
from muniment.model.observation import Cell
from muniment.model.policy import Declined
from muniment.ports import Collector, Planned
from muniment.register.inventory import Inventory, parent_of


class Looked(Struct, frozen=True):
    """The look that a cell's belief rests on: when it was taken (UTC), and whether it stands unquestioned.

    ``settled``: it was complete, nothing about it waits for a second look, and no later look failed. ``in_part``:
    it showed a part, and no later look failed.
    """

    at: datetime
    settled: bool
    in_part: bool = False


class Memory(Struct, frozen=True):
    """What a plan must know of earlier runs.

    ``looks`` are the looks believed; ``answered`` the cells that a run which was stopped had answers about, so
    that the run after it need not ask again.
    """

    looks: Mapping[Cell, Looked] = {}
    answered: frozenset[Cell] = frozenset()


class Plan(Struct, frozen=True):
    """The scopes a run would ask about now, those it leaves to recorded evidence, and the requests.

    ``told`` are assets of which a question about their organization tells; ``resting`` those looked at lately
    enough; ``resumed`` those that a stopped run asked about already. ``keyless`` are assets, by source, that no
    credential at hand can ask about. ``unserved`` are needed kinds that no collector yields: their checks stay
    Unknown. ``declined`` are the decisions of councils that hold, and of how many assets each spares a kind.
    """

    ask: tuple[tuple[Collector, str], ...]
    later: tuple[str, ...]
    requests: tuple[Planned, ...]
    kinds: tuple[str, ...]
    unserved: tuple[str, ...]
    told: tuple[tuple[Collector, str], ...] = ()
    resting: tuple[str, ...] = ()
    resumed: tuple[str, ...] = ()
    keyless: tuple[tuple[str, tuple[str, ...]], ...] = ()
    declined: tuple[tuple[Declined, int], ...] = ()

    @property
    def rationed(self) -> int:
        """How many of the assets asked about count against the policy's ``live-limit``."""
        return sum(collector.rationed for collector, _ in self.ask)

    def and_also(self, other: Plan) -> Plan:
        """Both together: what ``other`` asks about is left to wait no longer."""
        asked = {asset for _, asset in other.ask}
        return replace(
            self,
            ask=(*self.ask, *other.ask),
            later=(*(a for a in self.later if a not in asked), *other.later),
            requests=(*self.requests, *other.requests),
        )


def plan(
    inventory: Inventory,
    checks: Mapping[str, Check],
    collectors: Sequence[Collector],
    *,
    now: datetime,
    memory: Memory | None = None,
    limit: int | None = None,
    only: Iterable[str] = (),
    derived: frozenset[str] = frozenset(),
    rank: int = 0,
    found: Iterable[str] = (),
) -> Plan:
    """Derive the plan of one phase: needed kinds × declared assets, and those ``found`` in them.

    Never-seen assets come first, then those not seen for longest, so that every asset has its turn.

    Args:
        now: the instant from which it is reckoned what may rest (UTC).
        memory: what earlier runs saw.
        limit: how many assets the rationed sources are asked about (default: the policy's); 0 asks nobody.
        only: the assets to ask about, declared or found, whatever the limit and however lately they were seen; an
            organization's repositories go with it.
        derived: kinds that reconciliation makes.
        rank: the collectors' rank that is planned; lower ones have answered.
        found: assets to ask about that nobody declared, such as the repositories of an organization.
    """
    memory = memory or Memory()
    needed = kinds_needed(chosen(checks, inventory.policy))
    useful = [c for c in collectors if c.rank == rank and any(kind_id(k) in needed for k in c.yields)]
    wanted = frozenset(only)
    named = dict.fromkeys((*inventory.assets, *found, *sorted(wanted)))
    assets = [a for a in named if _is_asked(a, inventory, wanted)]
    planned: list[tuple[Collector, str]] = []
    told: list[tuple[Collector, str]] = []
    for collector in useful:
        mine = [a for a in assets if family(a) in collector.asks]
        own = set(mine)
        for asset in mine:
            (told if parent_of(asset) in own else planned).append((collector, asset))
    planned = [p for p in planned if not _is_declined(*p, inventory, now)]
    told = [p for p in told if not _is_declined(*p, inventory, now)]
    resumed = [p for p in planned if not wanted and _is_answered(*p, memory)]
    resting = [p for p in planned if not wanted and p not in resumed and _rests(*p, inventory, memory, now)]
    spared = {*map(_pair, resumed), *map(_pair, resting)}
    candidates = [p for p in planned if _pair(p) not in spared]
    candidates.sort(key=lambda p: (_age(p[0], p[1], memory), p[1]))
    bound = inventory.policy.live_limit if limit is None else limit
    taken = sum(c.rationed for c, _ in resumed)
    ask, later = _rationed(candidates, bound, taken)
    if wanted:
        ask, later = candidates, []
    elif limit == 0:
        ask, later = [], candidates
    yielded = {kind_id(k) for c in collectors for k in c.yields} | derived
    return Plan(
        ask=tuple(ask),
        later=tuple(asset for _, asset in later),
        requests=tuple(request for collector, asset in ask for request in collector.requests(asset)),
        kinds=tuple(sorted(needed)),
        unserved=tuple(sorted(set(needed) - yielded)),
        told=tuple(told),
        resting=tuple(asset for _, asset in resting),
        resumed=tuple(asset for _, asset in resumed),
        keyless=tuple(_keyless(useful, assets)),
        declined=tuple(_declined(inventory, needed, useful, assets, now)),
    )


def kinds_of(collector: Collector, asset: str) -> Iterator[str]:
    """The kinds that a collector tells of an asset."""
    own = family(asset)
    return (kind_id(kind) for kind in collector.yields if own in kind.about)


def _is_asked(asset: str, inventory: Inventory, wanted: frozenset[str]) -> bool:
    if wanted and asset not in wanted:
        parent = parent_of(asset)
        if parent not in wanted or family(parent) != GITHUB_ORG:
            return False
    return inventory.status(asset) in (Status.OFFICIAL, Status.UNCLEAR)


def _pair(planned: tuple[Collector, str]) -> tuple[int, str]:
    return id(planned[0]), planned[1]


def _cells(collector: Collector, asset: str) -> list[Cell]:
    return [Cell(collector.source, asset, kind) for kind in kinds_of(collector, asset)]


def _is_answered(collector: Collector, asset: str, memory: Memory) -> bool:
    cells = _cells(collector, asset)
    return bool(cells) and all(cell in memory.answered for cell in cells)


def _rests(collector: Collector, asset: str, inventory: Inventory, memory: Memory, now: datetime) -> bool:
    """True if every kind was looked at in full within the days that the policy gives it, or what a part has."""

    def rests(cell: Cell) -> bool:
        known = kinds().get(cell.kind)  # other people's collectors may bring kinds of their own
        days = inventory.policy.rest(cell.kind, known.rests if known is not None else 0)
        part = min(days, known.rests_in_part) if known is not None else 0
        look = memory.looks.get(cell)
        if part and look is not None and look.in_part:
            return now - look.at < timedelta(days=part)
        return days > 0 and look is not None and look.settled and now - look.at < timedelta(days=days)

    cells = _cells(collector, asset)
    return bool(cells) and all(rests(cell) for cell in cells)


def _is_declined(collector: Collector, asset: str, inventory: Inventory, now: datetime) -> bool:
    """True if a council declined all that the collector would tell of an asset."""
    kinds = list(kinds_of(collector, asset))
    return bool(kinds) and all(inventory.policy.decliner(kind, asset, now.date()) for kind in kinds)


def _declined(
    inventory: Inventory, needed: Iterable[str], useful: Sequence[Collector], assets: Sequence[str], now: datetime
) -> Iterator[tuple[Declined, int]]:
    """Each decision that holds, with how many assets it spares one of the kinds that would be asked for."""
    wanted = frozenset(needed)
    for decision in inventory.policy.declined:
        spared = {
            asset
            for collector in useful
            for asset in assets
            if family(asset) in collector.families
            for kind in kinds_of(collector, asset)
            if kind in wanted and decision.covers(kind, asset, now.date())
        }
        if spared:
            yield decision, len(spared)


def _age(collector: Collector, asset: str, memory: Memory) -> float:
    seen = [memory.looks[cell].at for cell in _cells(collector, asset) if cell in memory.looks]
    return min(seen).timestamp() if seen else 0.0


def _rationed(
    candidates: list[tuple[Collector, str]], bound: int, taken: int
) -> tuple[list[tuple[Collector, str]], list[tuple[Collector, str]]]:
    """What is asked and what waits. ``taken`` of the ration were asked about by a run that was stopped."""
    left = max(0, bound - taken)
    ask: list[tuple[Collector, str]] = []
    later: list[tuple[Collector, str]] = []
    for planned in candidates:
        if not planned[0].rationed:
            ask.append(planned)
        elif left:
            left -= 1
            ask.append(planned)
        else:
            later.append(planned)
    return ask, later


def _keyless(useful: Sequence[Collector], assets: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the sources that need a credential would be asked about if there were one."""
    served = {(c.source, f) for c in useful for f in c.asks}
    for collector in useful:
        if collector.asks:
            continue
        mine = [
            a for a in assets if family(a) in collector.families and (collector.source, family(a)) not in served
        ]
        own = set(mine)
        left = tuple(a for a in mine if parent_of(a) not in own)
        if left:
            yield collector.source, left

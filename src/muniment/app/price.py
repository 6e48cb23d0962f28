"""What a run would cost, before it starts: every phase priced, an organization's pages by what was seen of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.dossiers import resolved
from muniment.app.plan import Plan, plan
from muniment.app.reconcile import derives
from muniment.app.repositories import LISTED, brought_packages, known_repositories
from muniment.app.resuming import remembered
from muniment.checks.declaration import Check
from muniment.evidence.kind import kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, family
from muniment.model.policy import Declined
from muniment.ports import Collector, Planned, Store
from muniment.register.inventory import Inventory, parent_of

PAGES: Mapping[str, int] = {LISTED: 50, kind_id(OrganizationMember): 100}
"""How many items of an organization's lists one request brings; the first of both come together."""


class Line(Struct, frozen=True):
    """What one asset costs at one source; an organization's line sums up its repositories'.

    ``at_least``: how long the organization's lists are is not known yet, or an answer decides how many follow.
    """

    source: str
    scope: str
    requests: int
    rights: tuple[str, ...]
    urls: tuple[str, ...]
    at_least: bool


class Price(Struct, frozen=True):
    """A whole run's requests, ``plan`` being that of its first phase.

    ``at_least`` are the organizations of which it is not known how long their lists are.
    """

    plan: Plan
    requests: tuple[Planned, ...]
    at_least: frozenset[str]
    resting: int

    declined: tuple[tuple[Declined, int], ...] = ()

    @property
    def organizations(self) -> int:
        """How many organizations would be asked about."""
        return sum(family(scope) == GITHUB_ORG for _, scope in self.plan.ask)

    @property
    def total(self) -> int:
        """All requests."""
        return sum(r.cost for r in self.requests)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The requests grouped so that many organizations stay readable."""
        ordered = sorted(self.requests, key=lambda r: (r.source, _whose(r.scope)))
        return tuple(self._line(source, scope, list(some)) for (source, scope), some in groupby(ordered, _group))

    def _line(self, source: str, scope: str, some: list[Planned]) -> Line:
        own = [r.url for r in some if r.scope == scope]
        below = [r.url for r in some if r.scope != scope]
        if below:
            own.append(f"{below[0]} and {len(below) - 1} like it" if len(below) > 1 else below[0])
        rights = tuple(dict.fromkeys(r.right for r in some))
        return Line(
            source,
            scope,
            sum(r.cost for r in some),
            rights,
            tuple(own),
            scope in self.at_least or any(r.open for r in some),
        )


def price(
    inventory: Inventory,
    checks: Mapping[str, Check],
    collectors: Sequence[Collector],
    *,
    now: datetime,
    store: Store | None = None,
    limit: int | None = None,
    only: Sequence[str] = (),
) -> Price:
    """Plan every phase with what the store knows; ``None``: nothing is known yet."""
    memory = remembered(store, now=now, collectors=collectors) if store is not None else None
    inventory = resolved(store, inventory) if store is not None else inventory
    repositories = known_repositories(store, inventory) if store is not None else ()
    phases = [
        plan(
            inventory,
            checks,
            collectors,
            now=now,
            memory=memory,
            limit=limit,
            only=only,
            derived=derives(),
            rank=rank,
            found=repositories if rank else brought_packages(inventory),
        )
        for rank in sorted({0, *(c.rank for c in collectors)})
    ]
    organizations = {scope for _, scope in phases[0].ask if family(scope) == GITHUB_ORG}
    lengths = _lengths(store, organizations) if store is not None else {}
    unknown = frozenset(o for o in organizations if (o, LISTED) not in lengths)
    return Price(
        plan=phases[0],
        requests=tuple(_paged((r for phase in phases for r in phase.requests), lengths)),
        at_least=unknown,
        resting=sum(len(phase.resting) for phase in phases),
        declined=tuple(_together(phases)),
    )


def _together(phases: Iterable[Plan]) -> Iterable[tuple[Declined, int]]:
    """The decisions of all phases, each once, with the assets that it spares in all of them."""
    counted: dict[Declined, int] = {}
    for phase in phases:
        for decision, number in phase.declined:
            counted[decision] = counted.get(decision, 0) + number
    return counted.items()


def _lengths(store: Store, organizations: Iterable[str]) -> dict[tuple[str, str], int]:
    """How long an organization's lists were when they were seen; of private repositories nothing is counted."""
    return {
        (record.cell.scope, record.cell.kind): max(record.total or 0, len(record.facts))
        for record in store.cells(scopes=sorted(organizations))
        if record.cell.kind in PAGES and record.standing is not None
    }


def _paged(requests: Iterable[Planned], lengths: Mapping[tuple[str, str], int]) -> Iterable[Planned]:
    """The requests, an organization's first one with the further pages that its lists will take."""
    seen: set[str] = set()
    for request in requests:
        further = 0
        if request.scope not in seen:
            seen.add(request.scope)
            further = sum((max(lengths.get((request.scope, k), 0), 1) - 1) // size for k, size in PAGES.items())
        yield replace(request, cost=request.cost + further) if further else request


def _whose(scope: str) -> str:
    """The asset under whose name a request is counted: a repository's organization, else itself."""
    return parent_of(scope) or scope if family(scope) == GITHUB_REPO else scope


def _group(request: Planned) -> tuple[str, str]:
    return request.source, _whose(request.scope)

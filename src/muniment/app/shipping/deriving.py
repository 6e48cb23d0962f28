"""From dossiers to an answer: who can publish a package or administer an asset, and what could not be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.alike import MayBe
from muniment.app.holding import expected, held
from muniment.app.shipping import factors as second
from muniment.app.shipping import gate, origin
from muniment.app.shipping.bus import as_one, bus
from muniment.app.shipping.factors import Factors
from muniment.app.shipping.gate import Lookup, passing
from muniment.app.shipping.origin import Origins, origins
from muniment.app.shipping.people import is_bot, key_of, people
from muniment.app.shipping.rights import ADMIN, OWNER, READ_IN_ORGANIZATION, READ_IN_REPOSITORY, rights
from muniment.checks.assessment import Dossier
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.kind import Evidence
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import CONDA, GITHUB_ORG, GITHUB_REPO, NPM, PYPI, PYPI_ORG, Status, family, name
from muniment.model.tlp import CLEAR, TLP, Marking, join
from muniment.publish.held import Held
from muniment.publish.shipping import Route, Shipping, Workflow
from muniment.register.inventory import Inventory, parent_of

PACKAGES = (PYPI, NPM, CONDA)
"""The families that are published; the others are administered."""

READ: tuple[type[Evidence], ...] = (
    PackageRole,
    PackageOwnership,
    FeedstockMaintainer,
    *origin.READ,
    *READ_IN_REPOSITORY,
    *READ_IN_ORGANIZATION,
    *gate.READ,
    *second.READ,
)
"""Every kind that the answer rests on."""

_ROUTES = {PYPI: Route.PYPI_ROLE, NPM: Route.NPM_ROLE, CONDA: Route.CONDA_FEEDSTOCK}


def answers(near: Mapping[str, Dossier], inventory: Inventory) -> tuple[Shipping, ...]:
    """Who can publish each of the project's packages, and administer each of its organizations."""
    factors = Factors(dossier for dossier in near.values() if family(dossier.asset) == GITHUB_ORG)
    return tuple(
        shipping(dossier, near.get, inventory, factors)
        for asset, dossier in near.items()
        if family(asset) in (*PACKAGES, GITHUB_ORG) and dossier.entry.status is Status.OFFICIAL
    )


class _Found(Struct, frozen=True):
    rows: tuple[Held, ...] = ()
    gaps: tuple[Held, ...] = ()
    starting: tuple[Held, ...] = ()
    workflows: tuple[Workflow, ...] = ()


def shipping(
    dossier: Dossier, lookup: Lookup, inventory: Inventory, factors: Factors, maybe: Iterable[MayBe] = ()
) -> Shipping:
    """Who can publish a package, or administer another asset; ``lookup`` gives the dossiers of other assets.

    ``maybe``: who may be one person. They are counted apart; how many it would be otherwise is told beside it.
    """
    kind = family(dossier.asset)
    if kind in PACKAGES:
        found = _package(dossier, lookup, inventory)
    elif kind == GITHUB_REPO:
        found = _repository(dossier, lookup, inventory)
    elif kind == GITHUB_ORG:
        found = _organization(dossier, inventory)
    else:
        found = _untold(dossier, inventory)
    persons, machines = people(found.rows, inventory, factors)
    read = [row.marking for row in (*found.rows, *found.gaps)] + [one.marking for one in found.workflows]
    seen = [own.marking for one in (*persons, *machines) for own in one.factors]
    alone = frozenset(p.key for p in persons if p.alone)
    approving = _keys((r for r in found.rows if r.route == Route.APPROVAL), inventory)
    starting = _keys((*found.starting, *(r for r in found.rows if r.route == Route.PUSH)), inventory)
    strangers = frozenset(p.key for p in persons if not p.handle) | {
        key_of(row) for row in found.starting if not row.party
    }
    here = {p.key for p in persons} | approving | starting
    ours = [one for one in maybe if one.one in here and one.other in here]
    whole = as_one(((one.one, one.other) for one in ours), here - strangers)

    def joined(keys: Set[str]) -> frozenset[str]:
        return frozenset(whole.get(key, key) for key in keys)

    blind = bool(found.gaps)
    return Shipping(
        asset=dossier.asset,
        verb="publish" if kind in PACKAGES else "administer",
        people=persons,
        bots=machines,
        gaps=found.gaps,
        bus=bus(alone, (approving, starting), strangers=strangers, blind=blind),
        marking=join(Marking(TLP.AMBER), CLEAR, *read, *seen, *(one.marking for one in ours)),
        may_be_one=tuple(one.called for one in ours),
        bus_if_one=bus(
            joined(alone),
            (joined(approving), joined(starting)),
            strangers=joined(strangers) - (here - strangers),
            blind=blind,
        )
        if ours
        else None,
        workflows=found.workflows,
    )


def _keys(rows: Iterator[Held] | tuple[Held, ...], inventory: Inventory) -> frozenset[str]:
    return frozenset(key_of(row) for row in rows if not is_bot(row, inventory))


def _package(dossier: Dossier, lookup: Lookup, inventory: Inventory) -> _Found:
    route = _ROUTES[family(dossier.asset)]
    rows, gaps = [], []
    for row in held(dossier, inventory):
        if row.role == "organization":
            gaps.append(_by_organization(row, inventory))
        elif row.state == "seen":
            rows.append(row)
        elif not row.party:
            gaps.append(replace(row, state="unseen", route=route))
    gaps.extend(_by_scope(dossier))
    if family(dossier.asset) == CONDA:
        return _Found(tuple(rows), tuple(gaps))
    told = origins(dossier)
    gaps.extend(_not_shown(told, gap, lookup, inventory) if told.unseen else gap for gap in told.gaps)
    starting: list[Held] = []
    for one in told.found:
        repo = lookup(one.repository)
        wanted = expected(repo.entry, inventory) if repo is not None else {}
        through = passing(dossier.asset, one, lookup, inventory, wanted)
        rows.extend(through.rows)
        gaps.extend(through.gaps)
        starting.extend(through.starting)
    return _Found(tuple(rows), tuple(dict.fromkeys(gaps)), tuple(starting), told.workflows)


def _by_organization(row: Held, inventory: Inventory) -> Held:
    """A package that is held through the registry's organization: whose people nobody can list."""
    organization = f"{PYPI_ORG}/{row.who.lower()}"
    said = [f"held through the organization {row.who}, whose owners and teams the registry does not list"]
    said.extend(_by_word(organization, inventory))
    return replace(
        row,
        state="unseen",
        who="",
        place="",
        role="",
        path="",
        through=organization,
        detail="; ".join(said),
        route=Route.PYPI_ORGANIZATION,
    )


def _by_scope(dossier: Dossier) -> Iterator[Held]:
    """An npm package in a scope may be published by the scope's teams, too."""
    if family(dossier.asset) == NPM and "/" in name(dossier.asset):
        scope = parent_of(dossier.asset) or ""
        said = f"who is in the teams of {scope}, which may be let publish it: the registry does not list them"
        yield Held(
            asset=dossier.asset, state="unseen", detail=said, through=scope, route=Route.NPM_ROLE, marking=CLEAR
        )


def _not_shown(told: Origins, gap: Held, lookup: Lookup, inventory: Inventory) -> Held:
    """That nobody saw whether a workflow publishes it, and how many could change one if it does."""
    said = f"whether a workflow publishes it ({gap.detail})"
    repo = lookup(told.made_in) if told.made_in else None
    if repo is None:
        return replace(gap, detail=said)
    every = rights(repo, lookup(parent_of(repo.asset) or ""), inventory)
    admins = {key_of(row) for row in every.rows if row.role == ADMIN and not is_bot(row, inventory)}
    more = (
        f"{len(admins)} who administer {repo.asset} could, if one does" if admins else f"it is made in {repo.asset}"
    )
    read = join(gap.marking, *(row.marking for row in every.rows))
    return replace(gap, detail=f"{said}: {more}", through=repo.asset, marking=read)


def _repository(dossier: Dossier, lookup: Lookup, inventory: Inventory) -> _Found:
    wanted = expected(dossier.entry, inventory)
    every = rights(dossier, lookup(parent_of(dossier.asset) or ""), inventory, wanted)
    rows = tuple(row for row in every.rows if row.role == ADMIN)
    return _Found(rows, tuple(replace(gap, route=Route.ADMIN) for gap in every.gaps))


def _organization(dossier: Dossier, inventory: Inventory) -> _Found:
    rows, gaps = [], []
    for row in held(dossier, inventory):
        if row.state == "seen" and row.role == OWNER:
            rows.append(row)
        elif row.state != "seen" and not row.party:
            gaps.append(replace(row, state="unseen", route=Route.OWNER))
        elif row.state == "seen" and row.role not in (OWNER, "member"):
            gaps.append(_roleless(row))
    return _Found(tuple(rows), tuple(dict.fromkeys(gaps)))


def _roleless(row: Held) -> Held:
    return replace(
        row,
        state="unseen",
        place="",
        who="",
        number=0,
        party="",
        role="",
        path="",
        expected=None,
        bot=False,
        detail="the role of some of its members was not shown",
        route=Route.OWNER,
    )


def _untold(dossier: Dossier, inventory: Inventory) -> _Found:
    """An asset of which no source tells: what people wrote about it stands beside that."""
    (row,) = (r for r in held(dossier, inventory) if not r.party)
    said = "; ".join([row.detail, *_by_word(dossier.asset, inventory)])
    return _Found(gaps=(replace(row, detail=said),))


def _by_word(asset: str, inventory: Inventory) -> Iterator[str]:
    """What the register expects, and what a person vouched for."""
    entry = inventory.entry(asset)
    wanted = expected(entry, inventory) if entry is not None else {}
    if wanted:
        yield f"the register expects {', '.join(sorted(wanted))}"
    attested = inventory.attestations.get(asset)
    if attested is not None:
        yield f"attested by {attested.by} on {attested.seen}, until {attested.until}: {attested.statement}"

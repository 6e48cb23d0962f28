"""Who holds what, as pieces: each path to an asset, each person of the register, and what people vouched for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from muniment.evidence.declared_party import DeclaredParty
from muniment.model.tlp import TLP, Marking, join
from muniment.publish.held import Held
from muniment.publish.material import Material
from muniment.publish.pieces import AccessPiece, AttestedPiece, HolderPiece, KnownPiece
from muniment.register.inventory import Inventory


def holders(material: Material) -> tuple[HolderPiece, ...]:
    """Every path to every asset, for those who answer for the asset: at least AMBER to its subproject."""
    return tuple(_holder(held, material) for held in material.held)


def given(material: Material) -> tuple[HolderPiece, ...]:
    """What people of the register were given beside roles, marked as any path is."""
    return tuple(_holder(held, material) for held in material.given)


def people(material: Material) -> tuple[AccessPiece, ...]:
    """The people of the register, each for the subprojects that they hold something of, and for the council."""
    inventory = material.inventory
    touched: defaultdict[str, set[str]] = defaultdict(set)
    for held in (*material.held, *material.given):
        if held.party:
            touched[held.party].add(inventory.subproject_of(held.asset))
    teams = teams_of(inventory)
    return tuple(
        _person(party, teams[party.handle], touched[party.handle], material)
        for party in sorted(inventory.parties.values(), key=lambda p: ((p.name or p.handle).casefold(), p.handle))
        if not party.members
    )


def attested(material: Material) -> tuple[AttestedPiece, ...]:
    """What people vouched for, by asset; as closed as the register's decisions, and at least AMBER."""
    inventory = material.inventory
    return tuple(
        AttestedPiece(
            marking=join(Marking(TLP.AMBER), inventory.marking(a.asset, _whole(material))),
            asset=a.asset,
            by=a.by,
            seen=a.seen,
            until=a.until,
            statement=a.statement,
            file=a.where.file if a.where else "",
            line=a.where.line if a.where else 0,
        )
        for a in sorted(inventory.attestations.values(), key=lambda a: a.asset)
    )


def teams_of(inventory: Inventory) -> defaultdict[str, tuple[str, ...]]:
    """The teams that each person is in, by handle; a team within a team counts."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for team in sorted(p.handle for p in inventory.parties.values() if p.members):
        for member in members(inventory, team):
            if team not in found[member]:
                found[member] = (*found[member], team)
    return found


def members(inventory: Inventory, handle: str, *, deep: int = 8) -> tuple[str, ...]:
    """The people behind a handle: itself, or a team's members."""
    party = inventory.parties.get(handle)
    if party is None or not party.members or deep == 0:
        return (handle,)
    return tuple(dict.fromkeys(m for one in party.members for m in members(inventory, one, deep=deep - 1)))


def _holder(held: Held, material: Material) -> HolderPiece:
    inventory = material.inventory
    own = _to((inventory.subproject_of(held.asset),))
    marking = join(own, held.marking, inventory.marking(held.asset, material.register_marking))
    by_register = not held.who and bool(held.party)
    party = inventory.parties.get(held.party)
    closed = join(marking, _whole(material))
    return HolderPiece(
        marking=closed if by_register else marking,
        asset=held.asset,
        subproject=inventory.subproject_of(held.asset),
        account=f"{held.place}:{held.who}" if held.who else "",
        role=held.role,
        path=held.path,
        state=held.state,
        detail=held.detail,
        source=held.source,
        observed_at=held.observed_at,
        stale=held.stale,
        known=KnownPiece(
            marking=closed,
            handle=held.party,
            name=(party.name if party is not None else "") or held.party,
            expected=held.expected,
        )
        if held.who or held.party
        else None,
    )


def _person(
    party: DeclaredParty, teams: Iterable[str], subprojects: Iterable[str], material: Material
) -> AccessPiece:
    mine = {*subprojects, *(role.subproject for role in party.public_roles)}
    return AccessPiece(
        marking=join(_to(mine), _whole(material)),
        handle=party.handle,
        name=party.name or party.handle,
        accounts=tuple(sorted(f"{a.place}:{a.login}" for a in party.accounts)),
        teams=tuple(teams),
        roles=tuple(f"{r.role}, {r.subproject}" if r.subproject else r.role for r in party.public_roles),
        file=party.where.file if party.where else "",
        line=party.where.line if party.where else 0,
        left=party.left,
    )


def _to(subprojects: Iterable[str]) -> Marking:
    return Marking(TLP.AMBER, frozenset(subprojects) - {""})


def _whole(material: Material) -> Marking:
    return join(material.register_marking, material.decisions_marking)

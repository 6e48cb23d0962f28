"""Reads off evidence who holds an asset, sets it beside what the register expects, and says what was not seen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from muniment.app.shipping.rights import ADMIN, OWNER, rights
from muniment.app.sighted import Wanted, is_blind, seen_stamp, sighted, unsighted
from muniment.checks.assessment import Dossier, Seen
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.model.asset import GITHUB_REPO, NPM, WRITTEN, family
from muniment.model.tlp import CLEAR, Marking, join
from muniment.publish.held import Held
from muniment.publish.holding import members
from muniment.publish.shipping import Route
from muniment.register.inventory import Inventory

TELLING: tuple[type[Evidence], ...] = (
    PackageRole,
    PackageOwnership,
    FeedstockMaintainer,
    OrganizationMember,
    RepositoryCollaborator,
)
"""The kinds that tell who holds an asset."""

ELSEWHERE = "it may be through a team, the organization, or a base permission"
"""Why who was not given a repository by name may hold it."""


def held(dossier: Dossier, inventory: Inventory, above: Dossier | None = None) -> Iterator[Held]:
    """Every path to one asset: those seen, those that the register expects beside them, and what was not seen.

    ``above`` is the dossier of a repository's organization. Without it nobody who is expected to hold a repository
    is missing, since teams and owners are not at hand.
    """
    asset = dossier.asset
    wanted = expected(dossier.entry, inventory)
    telling = [kind for kind in TELLING if family(asset) in kind.about]
    views = {kind: dossier.cells.get(kind) for kind in telling}
    found = [
        row
        for kind, view in views.items()
        if view is not None
        for item in view.items
        if (row := _path(item, asset, inventory, wanted, view)) is not None
    ]
    blind = [unsighted(asset, kind, view) for kind, view in views.items() if is_blind(view)]
    if not telling:
        blind = [_nobody_tells(asset)]
    yield from found
    yield from blind
    if not wanted:
        return
    if family(asset) == GITHUB_REPO:
        every = rights(dossier, above, inventory)
        found = [*found, *every.rows]
        blind = [*blind, *every.gaps]
        if above is None and not blind:
            blind = [Held(asset=asset, state="unseen", detail=ELSEWHERE, marking=CLEAR)]
    yield from _beside(asset, wanted, found, [row for row in blind if row.state == "unseen"])


def expected(entry: DeclaredAsset, inventory: Inventory) -> dict[str, tuple[str, str]]:
    """By person, the role that the register expects of them on an asset, and the team that they have it by.

    A grant is expected beside the holders; where the register names no holders, it expects nobody in particular.
    """
    people: dict[str, tuple[str, str]] = {}
    for holding in entry.holders:
        for handle in holding.holders:
            for person in members(inventory, handle):
                before = people.get(person)
                if before is None or (before[1] and person == handle):  # one's own name says more than a team's
                    people[person] = (holding.role, "" if person == handle else handle)
    for grant in inventory.entrusted.granted(entry.asset) if people else ():
        for person in members(inventory, grant.holder):
            people.setdefault(person, (grant.role, "" if person == grant.holder else grant.holder))
    return people


def _path(item: Evidence, asset: str, inventory: Inventory, wanted: Wanted, view: Seen) -> Held | None:
    place = asset.partition(":")[0]
    seen = partial(sighted, asset, view, wanted=wanted)
    match item:
        case PackageRole(account=account, role=role):
            party = inventory.party_of(place, account) or ""
            by = Route.NPM_ROLE if family(asset) == NPM else Route.PYPI_ROLE
            return seen(PackageRole, place=place, who=account, party=party, role=role, path="own role", route=by)
        case FeedstockMaintainer(login=login):
            return seen(
                FeedstockMaintainer,
                place="github",
                who=login,
                party=inventory.party_of("github", login) or "",
                role="maintainer",
                path="maintainer of the feedstock",
                route=Route.CONDA_FEEDSTOCK,
            )
        case OrganizationMember(id=number, login=login, role=role):
            party = inventory.person_at_github(number, login) or ""
            told = role or "member, in a role that was not seen"
            path = "own membership, and so every repository in it" if role == OWNER else "own membership"
            return seen(
                OrganizationMember,
                place=place,
                who=login,
                number=number,
                party=party,
                role=told,
                path=path,
                route=Route.OWNER if role == OWNER else None,
            )
        case RepositoryCollaborator(id=number, login=login, permission=role):
            party = inventory.person_at_github(number, login) or ""
            return seen(
                RepositoryCollaborator,
                place=place,
                who=login,
                number=number,
                party=party,
                role=role,
                path="own grant",
                route=Route.ADMIN if role == ADMIN else None,
            )
        case PackageOwnership(organization=organization) if organization:
            path = "its owners and teams, whom the registry does not list"
            where, role = f"{place}:org", "organization"
            return sighted(asset, view, PackageOwnership, place=where, who=organization, role=role, path=path)
    return None


def _nobody_tells(asset: str) -> Held:
    detail = f"no source that muniment asks tells who holds {WRITTEN[family(asset)]}"
    return Held(asset=asset, state="unseen", detail=detail, marking=CLEAR)


def _beside(asset: str, wanted: Wanted, found: list[Held], blind: list[Held]) -> Iterator[Held]:
    """The people whom the register expects and who were not seen."""
    met = {row.party for row in found if row.party}
    shared = next((row for row in found if row.role == "organization"), None)
    open = blind[0] if blind else shared
    why = open.detail or f"it may be through the organization {open.who}" if open is not None else ""
    read: Marking = join(CLEAR, *(row.marking for row in (*found, *blind)))
    for person, (role, team) in wanted.items():
        if person not in met:
            yield Held(
                asset=asset,
                party=person,
                role=role,
                path=f"by the team {team}" if team else "by name",
                state="unseen" if open is not None else "missing",
                detail=why,
                expected=True,
                marking=read,
            )


__all__ = ["OWNER", "TELLING", "expected", "held", "seen_stamp"]

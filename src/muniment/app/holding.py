"""Reads off evidence who holds an asset, sets it beside what the register expects, and says what was not seen."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.checks.assessment import Dossier, Seen
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.kind import Evidence, kinds
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import WRITTEN, family
from muniment.model.observation import Outcome
from muniment.model.tlp import CLEAR, Marking, join
from muniment.publish.holding import members
from muniment.publish.material import Held
from muniment.register.inventory import Inventory

TELLING: tuple[type[Evidence], ...] = (PackageRole, PackageOwnership, OrganizationMember)
"""The kinds that tell who holds an asset."""


OWNER = "owner"
"""The role in an organization that may do everything."""


def held(dossier: Dossier, inventory: Inventory) -> Iterator[Held]:
    """Every path to one asset: those seen, those that the register expects beside them, and what was not seen."""
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
    blind = [_unseen(asset, kind, view) for kind, view in views.items() if _is_blind(view)]
    if not telling:
        blind = [_nobody_tells(asset)]
    yield from found
    yield from blind
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


def _path(
    item: Evidence, asset: str, inventory: Inventory, wanted: dict[str, tuple[str, str]], view: Seen
) -> Held | None:
    place = asset.partition(":")[0]
    match item:
        case PackageRole(account=account, role=role):
            party = inventory.party_of(place, account) or ""
            return _seen(asset, place, account, 0, party, role, "own role", wanted, view)
        case OrganizationMember(id=number, login=login, role=role):
            party = inventory.person_at_github(number, login) or ""
            told = role or "member, in a role that was not seen"
            path = "own membership, and so every repository in it" if role == OWNER else "own membership"
            return _seen(asset, place, login, number, party, told, path, wanted, view)
        case PackageOwnership(organization=organization) if organization:
            path = "its owners and teams, whom the registry does not list"
            return _seen(asset, f"{place}:org", organization, 0, "", "organization", path, {}, view)
    return None


def _seen(
    asset: str,
    place: str,
    who: str,
    number: int,
    party: str,
    role: str,
    path: str,
    wanted: dict[str, tuple[str, str]],
    view: Seen,
) -> Held:
    return Held(
        asset=asset,
        place=place,
        who=who,
        number=number,
        party=party,
        role=role,
        path=path,
        state="seen",
        source=view.source,
        observed_at=view.observed_at,
        stale=view.stale,
        expected=(party in wanted) if wanted else None,
        marking=view.marking,
    )


def _is_blind(view: Seen | None) -> bool:
    return view is None or view.outcome is not Outcome.COLLECTED


def _unseen(asset: str, kind: type[Evidence], view: Seen | None) -> Held:
    return Held(
        asset=asset,
        state="gone" if view is not None and view.outcome is Outcome.ABSENT else "unseen",
        detail=unseen_line(kind, view),
        source=view.source if view is not None else "",
        observed_at=view.observed_at if view is not None else None,
        stale=view.stale if view is not None else False,
        marking=view.marking if view is not None else CLEAR,
    )


def _nobody_tells(asset: str) -> Held:
    detail = f"no source that muniment asks tells who holds {WRITTEN[family(asset)]}"
    return Held(asset=asset, state="unseen", detail=detail, marking=CLEAR)


def _beside(asset: str, wanted: dict[str, tuple[str, str]], found: list[Held], blind: list[Held]) -> Iterator[Held]:
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


def label(kind: type[Evidence]) -> str:
    """A kind in words: ``package role``."""
    return next(id for id, k in kinds().items() if k is kind).replace("-", " ")


def unseen_line(kind: type[Evidence], view: Seen | None) -> str:
    """Why nothing, or not everything, is known of a kind."""
    if view is None:
        return f"{label(kind)}: not collected"
    if view.outcome is Outcome.ABSENT:
        return f"{label(kind)}: the asset does not exist there"
    if view.outcome is Outcome.PARTIAL:
        return f"{label(kind)}: only a part was seen ({view.detail})"
    return f"{label(kind)}: {view.reason.value}{f' ({view.detail})' if view.detail else ''}"


def seen_stamp(row: Held) -> str:
    """When and where something was seen: ``2026-06-14 06:02 UTC, pypi (stale)``."""
    when = row.observed_at.strftime("%Y-%m-%d %H:%M UTC") if row.observed_at else "never"
    return f"{when}, {row.source}{' (stale)' if row.stale else ''}"

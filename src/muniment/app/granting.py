"""Reads off evidence what accounts were given beside roles: teams, organization roles, invitations, reviews."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from muniment.app.sighted import is_blind, sighted, unsighted
from muniment.checks.assessment import Dossier, Seen
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_invitation import OrganizationInvitation
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.model.asset import family
from muniment.publish.held import Held
from muniment.register.inventory import Inventory

GRANTING: tuple[type[Evidence], ...] = (
    DeploymentEnvironment,
    OrganizationInvitation,
    OrganizationRoleHolder,
    OutsideCollaborator,
    TeamMember,
)
"""The kinds that tell what an account was given, though not that it holds the asset."""

_TEAM = "team:"


def granted(dossier: Dossier, inventory: Inventory) -> Iterator[Held]:
    """What accounts were given in an organization or a repository, and what of that was not seen."""
    for kind in GRANTING:
        if family(dossier.asset) not in kind.about:
            continue
        view = dossier.cells.get(kind)
        for item in view.items if view is not None else ():
            assert view is not None
            yield from _rows(item, dossier.asset, inventory, view)
        if is_blind(view):
            yield unsighted(dossier.asset, kind, view)


def _rows(item: Evidence, asset: str, inventory: Inventory, view: Seen) -> Iterator[Held]:
    seen = partial(sighted, asset, view, type(item), place="github")
    match item:
        case TeamMember(team=team, id=number, login=login, role=role):
            party = inventory.person_at_github(number, login) or ""
            yield seen(who=login, number=number, party=party, role=f"{role} of a team", path=f"team {team}")
        case OrganizationRoleHolder(role=role, id=number, login=login) if number:
            party = inventory.person_at_github(number, login) or ""
            yield seen(who=login, number=number, party=party, role=role, path="role in the organization")
        case OutsideCollaborator(id=number, login=login):
            party = inventory.person_at_github(number, login) or ""
            path = "by a repository of the organization"
            yield seen(who=login, number=number, party=party, role="outside collaborator", path=path)
        case OrganizationInvitation(account=number, login=login, role=role) if login or number:
            invited = inventory.person_at_github(number, login) if number else inventory.party_of("github", login)
            told = f"invited as {role}" if role else "invited"
            yield seen(who=login, number=number, party=invited or "", role=told, path="invitation, not answered")
        case DeploymentEnvironment(name=name, reviewers=reviewers):
            for login in reviewers:
                if not login.startswith(_TEAM):
                    party = inventory.party_of("github", login) or ""
                    yield seen(who=login, party=party, role="reviewer", path=f"environment {name}")
        case _:
            return

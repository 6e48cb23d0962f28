"""What GraphQL's fields tell an enterprise's owner of the accounts in it, by the strength of their second factor.

Names, nullability and filters are the schema's. What is not written there was taken, and not checked against a live
GitHub: that others are refused, that a name the enterprise does not hold adds nobody, and that who belongs to one
organization may be listed as an outside collaborator of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from muniment.testing.github.nodes import Asking, NotSimulated, Trouble, node_id
from muniment.testing.github.paging import Item, Page, paged
from muniment.testing.github.seeing import is_enterprise_owner
from muniment.testing.github.world import Enterprise, Organization, Person

STRENGTHS = {"DISABLED": "none", "INSECURE": "insecure", "SECURE": "secure"}
_SIMULATED = frozenset(
    {"after", "before", "first", "last", "orderBy", "organizationLogins", "twoFactorMethodSecurity"}
)
_BY_LOGIN = {"field": "LOGIN", "direction": "ASC"}


class Account(Struct, frozen=True):
    """A person as an enterprise knows them."""

    enterprise: Enterprise
    person: Person


class OwnerInfo(Struct, frozen=True):
    """What of an enterprise its owners alone are shown."""

    enterprise: Enterprise


def members(of: Enterprise, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The members of its organizations, each once."""
    _owners_alone(of, asking)
    people = {m.person for org in _organizations(of, asking, arguments) for m in org.members}
    return _page("EnterpriseMember", people, asking, arguments, lambda person: Account(of, person))


def owner_info(of: Enterprise, asking: Asking, arguments: Mapping[str, Any]) -> OwnerInfo:
    """What owners alone are shown; null and an error for others."""
    _owners_alone(of, asking)
    return OwnerInfo(of)


def outside_collaborators(info: OwnerInfo, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The outside collaborators of its organizations, each once."""
    people = {id for org in _organizations(info.enterprise, asking, arguments) for id in org.outside()}
    return _page("EnterpriseOutsideCollaborator", people, asking, arguments, lambda person: person)


def _owners_alone(of: Enterprise, asking: Asking) -> None:
    if not is_enterprise_owner(of, asking):
        raise Trouble("You must be an owner of this enterprise to view this.", "FORBIDDEN")


def _organizations(of: Enterprise, asking: Asking, arguments: Mapping[str, Any]) -> list[Organization]:
    """Those in the enterprise, or those of them that are named."""
    named = arguments.get("organizationLogins")
    wanted = None if named is None else {login.lower() for login in named}
    return [
        org
        for org in asking.world.organizations
        if org.id in of.organizations and (wanted is None or org.login.lower() in wanted)
    ]


def _page(
    name: str,
    ids: Iterable[int],
    asking: Asking,
    arguments: Mapping[str, Any],
    made: Callable[[Person], object],
) -> Page:
    other = {key for key, value in arguments.items() if value is not None} - _SIMULATED
    if other or arguments.get("orderBy") not in (None, _BY_LOGIN):
        raise NotSimulated(f"{name}s with another filter or in another order")
    strength = STRENGTHS.get(arguments.get("twoFactorMethodSecurity") or "")
    people = [asking.world.person_of(id) for id in ids]
    chosen = [p for p in people if strength is None or p.two_factor == strength]
    return paged(name, [Item((p.login.lower(), p.id), made(p)) for p in chosen], arguments)


def _belongs_to(account: Account, asking: Asking, arguments: Mapping[str, Any]) -> Page:
    """The organizations of the enterprise that a person is in."""
    found = [
        Item((org.login.lower(), org.id), org)
        for org in _organizations(account.enterprise, asking, {})
        if any(m.person == account.person.id for m in org.members)
    ]
    return paged("EnterpriseOrganizationMembership", found, arguments)


OF_ENTERPRISE: dict[str, Any] = {"members": members, "ownerInfo": owner_info}
FIELDS: dict[str, dict[str, Any]] = {
    "EnterpriseOwnerInfo": {"outsideCollaborators": outside_collaborators},
    "EnterpriseUserAccount": {
        "id": lambda u, k, a: node_id("EUA", u.person.id),
        "login": lambda u, k, a: u.person.login,
        "name": lambda u, k, a: u.person.name or None,
        "user": lambda u, k, a: u.person,
        "organizations": _belongs_to,
    },
}
CONNECTIONS = ("EnterpriseMember", "EnterpriseOutsideCollaborator", "EnterpriseOrganizationMembership")
"""The types of what is connected; their edges say what all edges do."""

TYPES: dict[type, str] = {Account: "EnterpriseUserAccount"}

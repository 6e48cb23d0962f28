"""The GraphQL documents, which lie beside this file, and what is put together from them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

AT_ONCE = 50
"""The organizations that one query about the asker's standing may name."""


@cache
def document(*names: str) -> str:
    """The files of these names, as one document."""
    folder = files(__package__)
    return "\n".join((folder / f"{name}.graphql").read_text(encoding="utf-8") for name in names)


def organization() -> str:
    """An organization with the first page of repositories and of members: ``login, first``."""
    return document("organization", "defaults", "repository_fields")


def repositories() -> str:
    """A page of public repositories by itself: ``login, first, after, opening``."""
    return document("repositories", "defaults", "repository_fields")


def members() -> str:
    """A further page of members: ``login, after``."""
    return document("members")


def factors() -> str:
    """A page of members with whether each has a second factor: ``login, after``."""
    return document("factors")


def accounts() -> str:
    """A page of members with GitHub's names for their nodes: ``login, after``."""
    return document("accounts")


def activity() -> str:
    """Days on which some accounts contributed to an organization: ``ids, organization, from, to``."""
    return document("activity")


def access() -> str:
    """Who may do what, the first pages: ``login, first, named, factors, teams, repositories, given, gates``."""
    return document("access", "team_fields", "team_lists", "given_fields", "given_parts")


def given_repositories() -> str:
    """A further page of repositories with who was given each: ``login, first, after, given, gates``."""
    return document("given_repositories", "given_fields", "given_parts")


def given_repository() -> str:
    """One repository with who was given it; see the document for the names of its lists and of their places."""
    return document("given_repository", "given_parts")


def teams() -> str:
    """A page of teams: ``login, after``."""
    return document("teams", "team_fields", "team_lists")


def team() -> str:
    """A further page of one team's lists; see the document for their names and places."""
    return document("team", "team_lists")


def private_repositories() -> str:
    """A page of private repositories: ``login, after``."""
    return document("private_repositories")


def repository() -> str:
    """One repository: ``owner, name``."""
    return document("repository", "repository_fields")


def enterprise() -> str:
    """A page of the organizations of an enterprise: ``slug, after``."""
    return document("enterprise")


ENTERPRISE_AT_ONCE = 20
"""The organizations whose accounts one query may ask an enterprise for: eight lists each, two points in all."""

_MEMBERS = {"none": "DISABLED", "weak": "INSECURE", "secure": "SECURE"}
_OUTSIDE = {"outsideNone": "DISABLED", "outsideWeak": "INSECURE"}
ENTERPRISE_LISTS = (*_MEMBERS, *_OUTSIDE)
"""What an enterprise's lists of accounts are called in questions; the last two are in ``ownerInfo``."""


def enterprise_factors(slug: str, logins: Sequence[str]) -> tuple[str, dict[str, object]]:
    """One query about the accounts of some organizations of an enterprise by the strength of their second factor.

    Aliased ``o0``, ``o1`` …: the lists of each organization; ``n0``, ``n1`` …: what its name leads to at the same
    moment; ``all``: how many there are in the whole enterprise.
    """
    if not 0 < len(logins) <= ENTERPRISE_AT_ONCE:
        raise ValueError(f"one query asks about 1 to {ENTERPRISE_AT_ONCE} organizations, not {len(logins)}")
    wanted = "".join(f", $o{n}: String!" for n in range(len(logins)))
    asked = "".join(
        f"  n{n}: organization(login: $o{n}) {{ databaseId login }}\n"
        f"  o{n}: enterprise(slug: $slug) {{\n    slug\n    viewerIsAdmin\n"
        f"    everybody: members(organizationLogins: [$o{n}]) {{ totalCount }}\n"
        + "".join(f"    {_people(name, f'$o{n}')}\n" for name in _MEMBERS)
        + f"    ownerInfo {{\n      outside: outsideCollaborators(organizationLogins: [$o{n}]) {{ totalCount }}\n"
        f"      outsideSecure: outsideCollaborators(organizationLogins: [$o{n}], twoFactorMethodSecurity: SECURE) "
        "{ totalCount }\n" + "".join(f"      {_people(name, f'$o{n}')}\n" for name in _OUTSIDE) + "    }\n  }\n"
        for n in range(len(logins))
    )
    head = f"query EnterpriseFactors($slug: String!{wanted}) {{\n  rateLimit {{ cost remaining resetAt }}\n"
    whole = (
        "  all: enterprise(slug: $slug) {\n    members { totalCount }\n"
        "    ownerInfo { outsideCollaborators { totalCount } }\n  }\n"
    )
    variables: dict[str, object] = {"slug": slug, **{f"o{n}": login for n, login in enumerate(logins)}}
    return f"{head}{whole}{asked}}}\n{document('enterprise_people', 'enterprise_outsiders')}", variables


def enterprise_list(name: str) -> str:
    """A further page of one of an organization's lists in an enterprise: ``slug, login, after``.

    With what the name leads to at the same moment.
    """
    asked = _people(name, "$login", ", after: $after")
    asked = asked if name in _MEMBERS else f"ownerInfo {{ {asked} }}"
    head = "query EnterpriseList($slug: String!, $login: String!, $after: String!) {\n"
    head += "  rateLimit { cost remaining resetAt }\n  organization(login: $login) { databaseId login }\n"
    body = f"  enterprise(slug: $slug) {{ slug viewerIsAdmin {asked} }}\n}}\n"
    return head + body + document("enterprise_people" if name in _MEMBERS else "enterprise_outsiders")


def _people(name: str, login: str, after: str = "") -> str:
    field, fragment = ("members", "People") if name in _MEMBERS else ("outsideCollaborators", "Outsiders")
    strength = (_MEMBERS | _OUTSIDE)[name]
    bounds = f"organizationLogins: [{login}], twoFactorMethodSecurity: {strength}, first: 100{after}"
    return f"{name}: {field}({bounds}) {{ ...{fragment} }}"


def factors_of(logins: Sequence[str]) -> tuple[str, dict[str, object]]:
    """One query about the members of some organizations, aliased as in ``standing``, and its variables."""
    wanted = ", ".join(f"$o{n}: String!" for n in range(len(logins)))
    asked = "".join(f"  o{n}: organization(login: $o{n}) {{ ...FactorFields }}\n" for n in range(len(logins)))
    head = f"query FactorsOf({wanted}) {{\n  rateLimit {{ cost remaining resetAt }}\n{asked}}}\n"
    return head + document("factor_fields"), {f"o{n}": login for n, login in enumerate(logins)}


def standing(logins: Sequence[str], *, roles: bool) -> tuple[str, dict[str, object]]:
    """One query about the asker in up to 50 organizations, aliased ``o0``, ``o1`` …, and its variables."""
    if not 0 < len(logins) <= AT_ONCE:
        raise ValueError(f"one query asks about 1 to {AT_ONCE} organizations, not {len(logins)}")
    wanted = "".join(f", $o{n}: String!" for n in range(len(logins)))
    asked = "".join(f"  o{n}: organization(login: $o{n}) {{ ...StandingFields }}\n" for n in range(len(logins)))
    head = f"query Standing($roles: Boolean!{wanted}) {{\n  rateLimit {{ cost remaining resetAt }}\n{asked}}}\n"
    variables: dict[str, object] = {"roles": roles, **{f"o{n}": login for n, login in enumerate(logins)}}
    return head + document("standing_fields"), variables

"""Who the register expects to hold a role on an asset: its entry's ``holders``, and roles given for a time."""

from __future__ import annotations

from collections.abc import Iterable

from muniment.evidence.declared_asset import DeclaredAsset
from muniment.register.inventory import Inventory

TEAM = "team-"
"""What a role in ``holders`` begins with that is a seat in a team on GitHub: ``team-docs``."""


def spelt(role: str) -> str:
    """A role in the one spelling that is compared: ``security_manager`` and ``Security Manager`` are alike."""
    return role.strip().casefold().replace("_", "-").replace(" ", "-")


def expected(entry: DeclaredAsset, inventory: Inventory) -> dict[str, frozenset[str]]:
    """The handles of the people behind each role; empty: the register expects nobody in particular.

    A grant that has ended still counts here: ``access/grant-ended`` tells of it. Where an entry names nobody, its
    grants alone make no list to compare with.
    """
    if not entry.holders:
        return {}
    named: dict[str, set[str]] = {}
    for holding in entry.holders:
        named.setdefault(spelt(holding.role), set()).update(inventory.people(holding.holders))
    for grant in inventory.entrusted.grants:
        if grant.asset == entry.asset:
            named.setdefault(spelt(grant.role), set()).update(inventory.people((grant.holder,)))
    return {role: frozenset(people) for role, people in sorted(named.items())}


def roles_of(person: str | None, wanted: dict[str, frozenset[str]]) -> tuple[str, ...]:
    """The roles that somebody is expected to hold, in the order of their names."""
    return tuple(role for role, people in wanted.items() if person in people)


def known_at(place: str, person: str, inventory: Inventory) -> bool:
    """True if the register says by which account a person goes at a place: else nobody can tell them there."""
    party = inventory.parties.get(person)
    if party is None:
        return False
    numbered = place == "github" and party.github_id is not None
    return numbered or any(account.place == place for account in party.accounts)


def nameless(place: str, people: Iterable[str]) -> str:
    """Why it cannot be told whether some people hold a role."""
    return f"the register names no account at {place} of {', '.join(sorted(people))}"

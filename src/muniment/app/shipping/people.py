"""Makes people of accounts: several accounts of one party are one person, and machines are nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from muniment.app.shipping.factors import Factors
from muniment.publish.held import Held
from muniment.publish.shipping import Protection, Shipper
from muniment.register.inventory import Inventory

MACHINES = frozenset({"github:app", "github:key"})
"""The places whose accounts no person signs in to."""


def key_of(row: Held) -> str:
    """What tells the person of a row from others."""
    if row.party:
        return row.party
    if row.number:
        return f"github-id:{row.number}"
    return f"{row.place}:{row.who.lower()}"


def people(
    rows: Iterable[Held], inventory: Inventory, factors: Factors
) -> tuple[tuple[Shipper, ...], tuple[Shipper, ...]]:
    """The people who have these paths, and the machines; by name, those whom the register does not know last."""
    by_key: defaultdict[str, list[Held]] = defaultdict(list)
    for row in rows:
        by_key[key_of(row)].append(row)
    made = [_shipper(key, own, inventory, factors) for key, own in by_key.items()]
    made.sort(key=lambda one: (not one.handle, (one.name or one.key).casefold(), one.key))
    return tuple(one for one in made if not one.bot), tuple(one for one in made if one.bot)


def is_bot(row: Held, inventory: Inventory) -> bool:
    """True if a row's account is a machine's: by the register's word, by GitHub's spelling, or by its place."""
    party = inventory.parties.get(row.party)
    return row.bot or row.place in MACHINES or (party is not None and party.bot)


def _shipper(key: str, rows: list[Held], inventory: Inventory, factors: Factors) -> Shipper:
    party = inventory.parties.get(rows[0].party)
    bot = any(is_bot(row, inventory) for row in rows)
    accounts: dict[tuple[str, str], Protection] = {}
    for row in rows:
        if row.place not in MACHINES:
            accounts.setdefault((row.place, row.who.lower()), factors.of(row))
    return Shipper(
        key=key,
        handle=rows[0].party,
        name=party.name if party is not None else "",
        bot=bot,
        paths=tuple(rows),
        factors=tuple(accounts.values()),
    )

"""Whether somebody is active: the answer about anybody at an instant, and the signs that it stands on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from muniment.app.looks import Look, Unread, looks
from muniment.app.signs_of_life import SIGNS, Account, Signs, asked
from muniment.model.activity import Activity, Sighting, activity
from muniment.model.tlp import Marking, join
from muniment.ports import Store
from muniment.publish.alive import Alive
from muniment.register.inventory import Inventory


def judged(
    signs: tuple[Sighting, ...], who: Account, came: date | None, inventory: Inventory, today: date
) -> Activity:
    """Whether somebody is active on a day, by what was seen of them and by another person's word."""
    party = inventory.parties.get(who.handle)
    return activity(
        signs,
        policy=inventory.policy,
        today=today,
        came=came,
        vouch=party.vouch if party is not None else None,
        handle=who.handle,
    )


def is_machine(who: Account, inventory: Inventory) -> bool:
    """True if the register or GitHub's spelling says that an account is a machine's."""
    party = inventory.parties.get(who.handle)
    return who.login.lower().endswith("[bot]") or (party is not None and party.bot)


class Lives:
    """The answer about anybody at an instant, the signs it stands on, and the marking of what was read for it."""

    def __init__(self, signs: Signs, inventory: Inventory, today: date, marking: Marking) -> None:
        self.marking = marking
        self._signs = signs
        self._inventory = inventory
        self._today = today

    def signs(self, who: Account) -> tuple[Sighting, ...]:
        """What each source that bears on a person saw of them."""
        return self._signs.of(who)

    def __call__(self, who: Account) -> Activity:
        """Whether a person is active."""
        return judged(self.signs(who), who, self._signs.came(who), self._inventory, self._today)


def activities(store: Store, inventory: Inventory, *, at: datetime | None, now: datetime) -> Lives | None:
    """The answer about anybody at an instant, from what is believed then; ``None``: nobody was ever asked."""
    seen = looks(store, inventory, SIGNS, at=at, now=now)
    if not asked(seen):
        return None
    cells: tuple[Look | Unread, ...] = (*seen.of(*SIGNS), *seen.unread(*SIGNS))
    read = {own for cell in cells for own in (cell.marking, inventory.marking(cell.scope, cell.marking))}
    return Lives(Signs(seen, inventory, now), inventory, now.date(), join(*read))


def alive(lives: Lives | None, people: Iterable[str], inventory: Inventory) -> tuple[Alive, ...]:
    """The answers about people of the register, by handle: none of machines, and none where nobody was asked."""
    asked = [Account(0, "", handle) for handle in people] if lives is not None else []
    return tuple(
        Alive(handle=who.handle, answer=lives(who), signs=lives.signs(who), marking=lives.marking)
        for who in asked
        if lives is not None and not is_machine(who, inventory)
    )

"""The credential register with its days, and what it asks of people when somebody comes or leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from muniment.evidence.declared_credential import DeclaredCredential
from muniment.model.errors import UsageError
from muniment.register.inventory import Inventory


class Credential(Struct, frozen=True):
    """A credential of the register on a day: the people who can read it, and how it stands.

    ``state`` is ``due``, ``overdue``, ``never rotated`` (its term counts from a day that nobody wrote) or
    ``no term``.
    """

    declared: DeclaredCredential
    people: tuple[str, ...]
    state: str


class Duty(Struct, frozen=True, kw_only=True):
    """One thing to do with a credential because of a person. ``by``: who can do it (nobody: nobody who is left).

    ``kind`` is ``hand-over``, ``rotate``, ``take-away``, ``strike`` (from the register), ``give`` or ``teach``.
    """

    kind: str
    credential: str
    what: str
    by: tuple[str, ...] = ()
    place: str = ""


def credentials(inventory: Inventory, today: date) -> tuple[Credential, ...]:
    """Every credential of the register, those first that are to be made anew first."""
    found = [
        Credential(own, _people(inventory, own), _state(own, today))
        for own in inventory.entrusted.credentials.values()
    ]
    return tuple(sorted(found, key=lambda one: (_day(one), one.declared.id)))


def _day(one: Credential) -> date:
    return date.min if one.state == "never rotated" else one.declared.due_on or date.max


def _state(own: DeclaredCredential, today: date) -> str:
    due = own.due_on
    if due is not None:
        return "overdue" if due < today else "due"
    return "never rotated" if own.rotate_every else "no term"


def _people(inventory: Inventory, own: DeclaredCredential) -> tuple[str, ...]:
    return tuple(sorted(inventory.people(own.readers)))


def person_named(inventory: Inventory, word: str) -> str:
    """The handle of a person; ``UsageError`` if it is a team's or nobody's."""
    party = inventory.parties.get(word)
    if party is None:
        raise UsageError(f"there is no person {word!r} in the register", hint="name one by the handle")
    if party.members:
        raise UsageError(f"{word} is a team", hint="name one of its people by the handle")
    return word


def off_boarding(inventory: Inventory, person: str, today: date) -> tuple[Duty, ...]:
    """What is to be done with the credentials that a person can read, in order.

    First what only they can read is handed over, or it is lost; then each is taken away and made anew, those first
    that open most; last the register is corrected. Nothing is known of what they could read once.
    """
    mine = [own for own in inventory.entrusted.credentials.values() if person in _people(inventory, own)]
    mine.sort(key=lambda own: (-len(own.opens), own.id))
    duties: list[Duty] = []
    for own in mine:
        if not _others(inventory, own, person, today):
            what = f"have {person} give another person access: nobody else who is there can read it"
            duties.append(Duty(kind="hand-over", credential=own.id, what=what, by=(person,), place=_place(own)))
    for own in mine:
        others = _others(inventory, own, person, today)
        taken = f"take {person}'s access away where it is kept: {own.kept}"
        if not others:
            taken = f"once it is handed over, {taken}"
        anew = (
            f"make it anew{_where(own.opens)}, put it there, and write {today} or the day you do it under 'rotated'"
        )
        duties.append(Duty(kind="take-away", credential=own.id, what=taken, by=others, place=_place(own)))
        duties.append(Duty(kind="rotate", credential=own.id, what=anew, by=others, place=_place(own)))
    for own in mine:
        what = _strike(inventory, own, person)
        duties.append(Duty(kind="strike", credential=own.id, what=what, place=_place(own)))
    return tuple(duties)


def on_boarding(inventory: Inventory, person: str, today: date) -> tuple[Duty, ...]:
    """What a person is to be given: each credential whose readers, by name or by a team, they are among."""
    duties: list[Duty] = []
    for own in inventory.entrusted.credentials.values():
        if person in _people(inventory, own):
            others = _others(inventory, own, person, today)
            given = f"give {person} access where it is kept: {own.kept}"
            told = f"have {person} open it once, and tell them what it is for: {own.purpose}"
            duties.append(Duty(kind="give", credential=own.id, what=given, by=others, place=_place(own)))
            duties.append(Duty(kind="teach", credential=own.id, what=told, by=others, place=_place(own)))
    return tuple(duties)


def _others(inventory: Inventory, own: DeclaredCredential, person: str, today: date) -> tuple[str, ...]:
    """The readers beside a person who are still there."""
    return tuple(p for p in _people(inventory, own) if p != person and not _has_left(inventory, p, today))


def _has_left(inventory: Inventory, handle: str, today: date) -> bool:
    party = inventory.parties.get(handle)
    return party is not None and party.left is not None and party.left <= today


def _strike(inventory: Inventory, own: DeclaredCredential, person: str) -> str:
    teams = [h for h in own.readers if h != person and person in inventory.people((h,))]
    ways = [*(["its 'readers'"] if person in own.readers else []), *(f"the team {team}" for team in teams)]
    return f"take {person} out of {' and '.join(ways)} in the register"


def _where(opens: Iterable[str]) -> str:
    assets = ", ".join(opens)
    return f" at {assets}" if assets else ""


def _place(own: DeclaredCredential) -> str:
    return f"{own.where.file}:{own.where.line}" if own.where is not None else ""

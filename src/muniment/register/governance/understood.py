"""What was understood of governance documents, each thing with the file and line that says it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from muniment.model.errors import Mistake, RegisterError
from muniment.model.verdict import Where


class GovernanceError(RegisterError):
    """The documents do not hold; ``mistakes`` lists every place."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(tuple(mistakes))
        count = len(mistakes)
        self.message = f"the governance files have {count} mistake{'s' if count != 1 else ''}: nothing was written"
        self.args = (self.message,)
        self.hint = "mend them, then the same again"


class Role(Struct, frozen=True):
    """A person's place in a team. ``team`` is its id, ``subproject`` the name written beside it, if any."""

    team: str
    term: str
    subproject: str
    where: Where


class Person(Struct, frozen=True):
    """Somebody by a handle; ``login`` is the account on GitHub, empty if none is given."""

    handle: str
    name: str
    login: str
    roles: tuple[Role, ...]
    where: Where


class Team(Struct, frozen=True):
    """A team by its id. ``page``: the page that shows its members to the public; ``compass``: where it works."""

    id: str
    name: str
    page: str
    compass: str
    where: Where


class Link(Struct, frozen=True):
    """A name and the address that it leads to."""

    name: str
    address: str
    where: Where


class Listed(Struct, frozen=True):
    """A subproject of a list under a heading. ``seat`` is ``None`` where the heading does not tell."""

    link: Link
    heading: str
    seat: bool | None
    parts: tuple[Link, ...]


class Unread(Struct, frozen=True):
    """A line that says something, and not in a form that a program should act on."""

    said: str
    where: Where


class Understood(Struct):
    """What the documents say. ``employers`` are whom people work for; ``passed`` counts the keys left out."""

    people: list[Person]
    teams: list[Team]
    employers: list[Link]
    subprojects: list[Listed]
    unread: list[Unread]
    passed: dict[str, int]
    mistakes: list[Mistake]

    @classmethod
    def nothing(cls) -> Understood:
        """To begin with."""
        return cls([], [], [], [], [], {}, [])

    def wrong(self, where: Where, said: str, hint: str = "") -> None:
        """Keep a mistake."""
        self.mistakes.append(Mistake(where.file, where.line or 1, said, hint))

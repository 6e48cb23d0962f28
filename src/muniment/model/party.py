"""Who answers for an asset: people and teams, keyed by a handle of the register's own."""

from __future__ import annotations

from msgspec import Struct


class Account(Struct, frozen=True, order=True):
    """A name at a place where names are held: ``pypi`` × ``ada.l``. Compared without case."""

    place: str
    login: str

    @property
    def id(self) -> str:
        """The account in one word: ``pypi:ada.l``."""
        return f"{self.place}:{self.login.lower()}"

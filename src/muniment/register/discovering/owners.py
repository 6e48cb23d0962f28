"""Tells which custom property names who answers for a repository, and which of its values are known subprojects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from muniment.register.discovering.seen import SeenRepository
from muniment.register.governance import naming


class Owners(Struct, frozen=True):
    """The owner property (empty: none) and the subproject that each of its values names.

    ``new`` are the subprojects that the property alone names, by id; ``unknown`` the values that name none, and
    ``candidates`` the properties among which nothing decides, with their number of values.
    """

    property: str = ""
    subprojects: Mapping[str, str] = {}
    new: Mapping[str, str] = {}
    unknown: tuple[str, ...] = ()
    candidates: Mapping[str, int] = {}

    def values_of(self, subproject: str) -> tuple[str, ...]:
        """The values that name a subproject."""
        return tuple(sorted(value for value, id in self.subprojects.items() if id == subproject))

    def of(self, repository: SeenRepository) -> tuple[str, ...]:
        """The values that a repository has."""
        return (repository.properties or {}).get(self.property, ()) if self.property else ()


def owners(repositories: Sequence[SeenRepository], named: str, known: Mapping[str, str]) -> Owners:
    """The owner property: the one ``named``, else the only one whose values are all subprojects that are ``known``.

    ``known`` are the subprojects that documents name (id → name). Where there are none, the values of the property
    that somebody named are the subprojects: that is what naming it says.
    """
    values = _values(repositories)
    if named:
        return _by(named.lower(), values.get(named.lower(), ()), known)
    fitting = [by for word in sorted(values) if not (by := _by(word, values[word], known)).unknown]
    if known and len(fitting) == 1:
        return fitting[0]
    return Owners(candidates={word: len(own) for word, own in sorted(values.items())})


def _by(property: str, values: Iterable[str], known: Mapping[str, str]) -> Owners:
    words = {naming.handle(id): id for id in known} | {naming.handle(name): id for id, name in known.items()}
    found: dict[str, str] = {}
    new: dict[str, str] = {}
    unknown: list[str] = []
    for value in sorted(values):
        word = naming.handle(value)
        if not word or naming.bad_name(value) or (known and word not in words):
            unknown.append(value)
        elif known:
            found[value] = words[word]
        else:
            found[value] = word
            new.setdefault(word, value)
    return Owners(property, found, new, tuple(unknown))


def _values(repositories: Iterable[SeenRepository]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for repository in repositories:
        for property, values in (repository.properties or {}).items():
            if values:
                found.setdefault(property, set()).update(values)
    return found

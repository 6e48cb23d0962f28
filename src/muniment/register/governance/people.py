"""Reads lists of people, teams and employers as MyST sites keep them: ``authors``, ``teams``, ``affiliations``."""

from __future__ import annotations

from collections.abc import Iterator

from muniment.model.errors import UsageError
from muniment.model.verdict import Where
from muniment.register.document import Document, Mapping, Node, Scalar, Sequence
from muniment.register.governance import naming
from muniment.register.governance.understood import Link, Person, Role, Team, Understood, Unread
from muniment.register.spelling import quoted

KEYS = ("authors", "teams", "affiliations")
_SILENT = ("version",)
_OF_PEOPLE = ("id", "name", "github", "teams")


def told_by(document: Document) -> bool:
    """True if a file has the form of such a list."""
    root = document.root
    return isinstance(root, Mapping) and any(key.text in KEYS for key, _ in root.entries)


def take(found: Understood, file: str, document: Document) -> None:
    """What one file says, or what is wrong with it."""
    found.mistakes.extend(document.mistakes)
    root = document.root
    assert isinstance(root, Mapping)
    for key, value in root.entries:
        where = Where(file, key.span.line)
        if key.text == "authors":
            for entry, place in _entries(found, value, where):
                _person(found, entry, place)
        elif key.text == "teams":
            for entry, place in _entries(found, value, where):
                _team(found, entry, place)
        elif key.text == "affiliations":
            for entry, place in _entries(found, value, where):
                name = _word(found, entry, place, "name") or _word(found, entry, place, "id")
                found.employers.append(Link(name, "", place))
        elif key.text not in _SILENT:
            found.unread.append(Unread(f"the key {quoted(key.text)}", where))


def _entries(found: Understood, node: Node, where: Where) -> Iterator[tuple[Mapping, Where]]:
    if not isinstance(node, Sequence):
        found.wrong(where, "expected a list of entries", "each begins with a dash")
        return
    for item in node.items:
        place = Where(where.file, item.span.line)
        if isinstance(item, Mapping):
            yield item, place
        else:
            found.wrong(place, "expected keys and values", "such as id: and name:")


def _person(found: Understood, entry: Mapping, where: Where) -> None:
    name = _name(found, entry, where)
    login = ""
    written = _word(found, entry, where, "github")
    if written:
        login = naming.login(written) or ""
        if not login:
            said = f"{quoted(written)} is no login on GitHub, nor the address of one"
            found.wrong(_line(entry, where, "github"), said, "write https://github.com/LOGIN")
    id = _word(found, entry, where, "id") or login or name
    handle = naming.handle(id)
    if not handle:
        found.wrong(where, "a person without id, login or a name in Latin letters", "give it an id")
        return
    for key, _ in entry.entries:
        if key.text not in _OF_PEOPLE:
            found.passed[key.text] = found.passed.get(key.text, 0) + 1
    found.people.append(Person(handle, name, login, tuple(_roles(found, entry, where)), where))


def _roles(found: Understood, entry: Mapping, where: Where) -> Iterator[Role]:
    teams = entry.get("teams")
    if teams is None:
        return
    if not isinstance(teams, Sequence):
        found.wrong(_line(entry, where, "teams"), "expected a list of teams", "each begins with a dash")
        return
    for item in teams.items:
        place = Where(where.file, item.span.line)
        if isinstance(item, Scalar):
            yield Role(item.text, "", "", place)
        elif isinstance(item, Mapping):
            team = _word(found, item, place, "team")
            term, subproject = _word(found, item, place, "term"), _word(found, item, place, "subproject")
            if not team:
                found.wrong(place, "a place in no team", "write team: and the team's id")
                continue
            for written in (term, subproject):
                if written and naming.bad_name(written):
                    found.wrong(place, f"{naming.bad_name(written)}: {quoted(written)}", "write it as plain text")
            yield Role(team, term, subproject, place)
        else:
            found.wrong(place, "expected a team", "write team: and the team's id")


def _team(found: Understood, entry: Mapping, where: Where) -> None:
    id = _word(found, entry, where, "id")
    if not naming.handle(id):
        found.wrong(where, "a team without id", "people name their teams by it")
        return
    name = _name(found, entry, where)
    page, compass = _word(found, entry, where, "homepage"), _word(found, entry, where, "team_compass")
    if compass:
        try:
            naming.asset(compass)
        except UsageError:
            said = f"{quoted(compass)} names no repository, organization or site"
            found.wrong(_line(entry, where, "team_compass"), said, "mend the address")
    found.teams.append(Team(id, name, page, compass, where))


def _name(found: Understood, entry: Mapping, where: Where) -> str:
    name = _word(found, entry, where, "name")
    bad = naming.bad_name(name)
    if bad:
        found.wrong(_line(entry, where, "name"), f"{bad}: {quoted(name)}", "write the name as plain text")
    return name


def _word(found: Understood, entry: Mapping, where: Where, key: str) -> str:
    node = entry.get(key)
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return "" if node.value is None else node.text
    found.wrong(_line(entry, where, key), f"{key}: expected one line of text", "no list and no keys")
    return ""


def _line(entry: Mapping, where: Where, key: str) -> Where:
    return next((Where(where.file, own.span.line) for own, _ in entry.entries if own.text == key), where)

"""Recognises governance documents by their form, and reads all of them, so that every mistake shows at once."""

from __future__ import annotations

from collections.abc import Iterable

from muniment.model.errors import Mistake
from muniment.model.verdict import Where
from muniment.register.document import parse
from muniment.register.files import Text
from muniment.register.governance import people, subprojects
from muniment.register.governance.understood import GovernanceError, Understood
from muniment.register.spelling import quoted

_FORMS = "lists under authors:, teams: or affiliations: in YAML, or a list of subprojects with links in Markdown"


def understand(texts: Iterable[Text], mistakes: Iterable[Mistake] = ()) -> Understood:
    """What documents say together; ``GovernanceError`` with everything that is wrong in any of them.

    A document is known by its form, whatever its name. ``mistakes`` are those of files that could not be opened.
    """
    found = Understood.nothing()
    found.mistakes.extend(mistakes)
    for text in texts:
        _take(found, text)
    _twice(found)
    if found.mistakes:
        raise GovernanceError(found.mistakes)
    return found


def _take(found: Understood, text: Text) -> None:
    document = parse(text.text, text.name)
    if document.readable and people.told_by(document):
        people.take(found, text.name, document)
    elif subprojects.told_by(text.text):
        subprojects.take(found, text.name, text.text)
    elif any(line.startswith(tuple(f"{key}:" for key in people.KEYS)) for line in text.text.split("\n")):
        found.mistakes.extend(document.mistakes)
    else:
        found.wrong(Where(text.name, 1), "this has no form that is known here", f"known are {_FORMS}")


def _twice(found: Understood) -> None:
    handles: dict[str, Where] = {}
    logins: dict[str, Where] = {}
    for person in found.people:
        _once(found, handles, person.handle, person.where, "the id")
        if person.login:
            _once(found, logins, person.login.lower(), person.where, "the login")
    teams: dict[str, Where] = {}
    for team in found.teams:
        _once(found, teams, team.id.casefold(), team.where, "the team")
    names: dict[str, Where] = {}
    for listed in found.subprojects:
        _once(found, names, listed.link.name.casefold(), listed.link.where, "the subproject")


def _once(found: Understood, first: dict[str, Where], word: str, where: Where, what: str) -> None:
    other = first.setdefault(word, where)
    if other is not where:
        found.wrong(where, f"{what} {quoted(word)} stands twice", f"first at {other.file}:{other.line}")

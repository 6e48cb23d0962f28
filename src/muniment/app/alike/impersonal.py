"""Which logins say nothing of who somebody is: names that many share, names of jobs, and the project's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from muniment.model.asset import CONDA, GITHUB_ORG, GITHUB_REPO, NPM, PYPI, PYPI_ORG, family, name
from muniment.register.inventory import Inventory

SHORTEST = 4
"""Letters that a login needs before its spelling says anything."""

MACHINES = frozenset(("bot", "bots", "robot", "ci", "automation", "automated", "service", "machine", "deploy"))
"""A login with one of these words in it is no person's."""

JOBS = frozenset(
    (
        *("account", "admin", "admins", "administrator", "contact", "dev", "developer", "developers", "devs"),
        *("example", "github", "hello", "help", "info", "mail", "maintainer", "maintainers", "manager", "me"),
        *("npm", "org", "owner", "owners", "package", "packages", "packaging", "project", "publish", "publisher"),
        *("publishing", "pypi", "release", "releaser", "releasers", "releases", "root", "security", "staff"),
        *("support", "sysadmin", "team", "test", "tester", "user", "web", "webmaster", "work"),
    )
)
"""A login of these words, and of the project's own names, is a job's."""

_NAMED = (GITHUB_ORG, GITHUB_REPO, PYPI, PYPI_ORG, NPM, CONDA)
_BETWEEN = re.compile(r"[-_.]+")


def folded(login: str) -> str:
    """A login as its spelling is compared: without case, width, and ``-``, ``_``, ``.``."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", login).casefold())


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", unicodedata.normalize("NFKC", text).casefold()) if word]


def is_machine(login: str) -> bool:
    """True if a login says of itself that it is a machine's."""
    return not MACHINES.isdisjoint(_words(login))


def is_forgotten(login: str, number: int = 0) -> bool:
    """True for what stands where somebody was forgotten."""
    return number < 0 or re.fullmatch(r"forgotten-\d+(-\d+)?", login) is not None


class Impersonal:
    """The names that are no sign of anybody, by a register."""

    def __init__(self, inventory: Inventory) -> None:
        people = (party.name for party in inventory.parties.values())
        self._names = frozenset(word for name in people for word in _words(name))
        self._own = frozenset(_own(inventory))

    def covers(self, login: str) -> bool:
        """True if a login says nothing of who has it."""
        whole = folded(login)
        if len(whole) < SHORTEST or whole.isdecimal() or whole in self._own or whole in self._names:
            return True
        words = _words(login)
        return is_machine(login) or all(w in JOBS or w in self._own or w.isdecimal() for w in words)


def _own(inventory: Inventory) -> Iterable[str]:
    """What the project, its parts, teams, packages and repositories are called, as logins are compared."""
    titles = (inventory.name, *(declared.name for declared in inventory.subprojects.values()))
    yield from (word for title in titles for word in (folded("".join(_words(title))), *_words(title)))
    yield from map(folded, (inventory.project, *inventory.subprojects))
    yield from (folded(party.handle) for party in inventory.parties.values() if party.members)
    for asset in inventory.assets:
        if family(asset) in _NAMED:  # whose the repositories are may be a person's own account
            yield folded(name(asset).rpartition("/")[2])

"""Who maintains a package on conda-forge: what its recipe says, in the feedstock of its name on GitHub.

The feedstock's team on GitHub, which conda-forge makes from the recipe, is seen by its members alone. A package may
be built by a feedstock of another name: that there is none of its own is no proof that nobody maintains it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from muniment.collectors.addresses import Addresses
from muniment.collectors.reading import Missed, Source, gathered, read, said, unobservable, unreadable
from muniment.collectors.recipes import Maintainers, Unreadable, maintainers
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.kind import Evidence
from muniment.model import asset as assets
from muniment.model.observation import Batch, Outcome, Vantage
from muniment.ports import Answer, Io, Planned, Raw

PARSER = "conda-forge/1"
ANYBODY: Vantage = frozenset({"conda:anonymous"})
OWNER = "conda-forge"

_FILES = (("recipe/meta.yaml", True), ("recipe/recipe.yaml", False))
"""Where a recipe lies, and whether it is of the format that has Jinja in it."""

_ELSEWHERE = "there is no recipe in a feedstock of this name: another one may build the package"
_ANY_PERSONS = frozenset({"classic", "fine-grained", "oauth", "app-user"})


class _File(Struct):
    type: str
    encoding: str = ""
    content: str = ""


_FILE = msgspec.json.Decoder(_File)


class CondaForge:
    """The collector of feedstocks. It asks what is public, with a credential of a person where there is one."""

    source = "conda"
    families: tuple[str, ...] = (assets.CONDA,)
    asks = families
    yields: tuple[type[Evidence], ...] = (FeedstockMaintainer,)
    rationed = True
    rank = 0

    def __init__(self, addresses: Addresses) -> None:
        self.keys = addresses.keys
        self._rest = addresses.public.github
        self._credential = next((key.name for key in self.keys if key.kind in _ANY_PERSONS), "")

    def requests(self, scope: str) -> Iterable[Planned]:
        """Two requests: one for each format that a recipe may be written in."""
        for path, _ in _FILES:
            yield Planned(self.source, scope, f"{self._rest}/repos/{OWNER}/{_feedstock(scope)}/contents/{path}")

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask for the recipe in both formats: of two that differ neither is believed."""
        answers = [await io.get(planned.url, credential=self._credential) for planned in self.requests(scope)]
        return Raw(scope, tuple(answers), ANYBODY)

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the recipe that there is."""
        source = Source(self.source, ANYBODY, PARSER)
        found = _recipe(raw.answers)
        at = raw.answers[0].at
        if isinstance(found, Missed):
            return (gathered(source, raw.scope, FeedstockMaintainer, at, found),)
        facts = [FeedstockMaintainer(login=login) for login in found.logins]
        return (gathered(source, raw.scope, FeedstockMaintainer, at, facts, partial=found.short),)


def collector(addresses: Addresses) -> CondaForge:
    """The collector of feedstocks, with the credentials that are at hand."""
    return CondaForge(addresses)


def _feedstock(scope: str) -> str:
    return f"{assets.name(assets.canonical(scope))}-feedstock"


def _recipe(answers: tuple[Answer, ...]) -> Maintainers | Missed:
    """Who maintains the recipe. One answer that tells nothing makes the other worth nothing, too."""
    found: list[Maintainers] = []
    for (path, jinja), answer in zip(_FILES, answers, strict=True):
        told = _named(answer, path, jinja=jinja)
        if isinstance(told, Maintainers):
            found.append(told)
        elif told.outcome is not Outcome.ABSENT:
            return told
    if not found:
        return unobservable(_ELSEWHERE)
    if len(found) > 1 and found[0] != found[1]:
        return unreadable("the feedstock holds two recipes that name different maintainers")
    return found[0]


def _named(answer: Answer, path: str, *, jinja: bool) -> Maintainers | Missed:
    file = read(answer, _FILE)
    if isinstance(file, Missed):
        return file
    if file.type != "file" or file.encoding != "base64":
        return unreadable(f"{path} came in another form than a file's")
    try:
        text = base64.b64decode(file.content).decode("utf-8")
        return maintainers(text, jinja=jinja)
    except (binascii.Error, ValueError):
        return unreadable(f"{path} is not text")
    except Unreadable as why:
        return unreadable(said(f"{path}: {why}"))

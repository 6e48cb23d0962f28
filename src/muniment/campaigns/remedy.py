"""What mends a finding: the page and the clicks, a command that an owner may run, a patch that can be applied."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from msgspec import Struct

from muniment.campaigns.wording import of_github

NAME = "{name}"
"""Where the name of the organization or the repository goes, in the page and in the command."""


class Remedy(Struct, frozen=True, kw_only=True):
    """What mends the findings of one check. Muniment shows it, and carries none of it out.

    ``wrong`` says in a few words what is, ``todo`` what to do, ``page`` where, ``clicks`` what to choose there.
    ``command`` does the same for whoever has the right, by GitHub's own command line. ``patch`` is a change of the
    repository, the same for every one.
    """

    check: str
    wrong: str
    todo: str
    page: str
    clicks: str
    command: str = ""
    patch: str = ""

    def page_of(self, asset: str) -> str:
        """The page to do it on; empty: no safe address can be made of the asset's name."""
        return _filled(self.page, asset)

    def command_for(self, asset: str) -> str:
        """The command that does it; empty: there is none, or the name could mean something to a shell."""
        return _filled(self.command, asset)


def _filled(template: str, asset: str) -> str:
    own = of_github(asset)
    return template.replace(NAME, own) if own else ""


@cache
def remedies() -> dict[str, Remedy]:
    """Every remedy by the id of its check: each module of the folder ``remedies`` has one, named ``REMEDY``."""
    package = import_module("muniment.campaigns.remedies")
    found = [
        import_module(f"{package.__name__}.{info.name}").REMEDY for info in pkgutil.iter_modules(package.__path__)
    ]
    return {remedy.check: remedy for remedy in sorted(found, key=lambda remedy: remedy.check)}

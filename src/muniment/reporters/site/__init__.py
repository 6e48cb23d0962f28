"""The pages: one file a kind of page in ``pages/``; they work from a folder, and can be read without a script."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module, resources
from typing import Protocol

from muniment.publish.projection import Shown
from muniment.reporters.site import telling
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Page
from muniment.reporters.site.rendering import Press

STATIC = ("muniment.css", "site.js", "icon.svg")
"""What is the same for everybody, beside the pages."""


class Kind(Protocol):
    """A kind of page: gives the pages of that kind, as far as these readers have any."""

    def __call__(self, catalogue: Catalogue, /) -> Iterator[Page]:
        """The pages."""
        ...


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of page by name: each module of ``pages/`` with a function ``pages``."""
    package = import_module(f"{__package__}.pages")
    modules = {
        i.name: import_module(f"{package.__name__}.{i.name}") for i in pkgutil.iter_modules(package.__path__)
    }
    return {name: module.pages for name, module in modules.items() if hasattr(module, "pages")}


def files(shown: Shown) -> dict[str, bytes]:
    """Every page, the style sheet and the scripts, by path below the audience's folder."""
    catalogue = Catalogue(shown)
    pages = [page for kind in kinds().values() for page in kind(catalogue)]
    press = Press(catalogue, sorted(entry for page in pages for entry in page.entries))
    out = {page.path: press.rendered(page) for page in pages}
    templates = resources.files(__package__).joinpath("templates")
    return out | {name: templates.joinpath(name).read_bytes() for name in STATIC} | telling.scripts(catalogue)

"""What a register can be begun with: governance documents, lists that people keep, addresses of packages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.wiring.clock import SystemClock

if TYPE_CHECKING:
    from muniment.register.discovering.seen import OnList
    from muniment.register.governance.founding import Founding


def founded(name: str, files: Sequence[Path], ruled: Sequence[str] = ()) -> Founding:
    """The first files of a register out of governance documents; ``GovernanceError`` with every mistake in them.

    ``ruled`` are organizations that get a rule elsewhere.
    """
    from muniment.register.files import opened
    from muniment.register.governance.founding import founded
    from muniment.register.governance.reading import understand

    texts, mistakes = opened(files)
    return founded(understand(texts, mistakes), name, SystemClock().now().date(), ruled)


def on_lists(files: Sequence[Path]) -> tuple[OnList, ...]:
    """What stands on lists that people keep; ``RegisterError`` with every mistake in them."""
    from muniment.register.discovering.lists import on_lists
    from muniment.register.files import opened

    return on_lists(*opened(files), package_at) if files else ()


def package_at(address: str) -> str:
    """The asset id of the package that an address at a public registry, or a package URL, names; empty: none."""
    from packageurl import PackageURL
    from packageurl.contrib.url2purl import get_purl

    purl_of: Callable[[str], PackageURL | None] = get_purl  # the library is untyped
    try:
        found = PackageURL.from_string(address) if address.startswith("pkg:") else purl_of(address)
    except ValueError:
        return ""
    if found is None:
        return ""
    path = f"{found.namespace}/{found.name}" if found.namespace else found.name
    prefix = {"pypi": "pypi:", "npm": "npm:", "github": "github:repo/"}.get(found.type, "")
    at_forge = found.type == "github" and not address.startswith("pkg:")
    return prefix + path if prefix and not at_forge else ""

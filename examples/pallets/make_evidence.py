"""Writes the recorded evidence of two organizations: what manifests name, and where the registry's records lead.

Public facts. What the manifests name was read by a person, in public copies, on the day below; no list of either
organization's repositories was to be had, so each look is partial: a repository may have further manifests, and the
organizations have further repositories. Of the registry's records only the name, the newest
version and the repository are kept.

    python examples/pallets/make_evidence.py           # the manifests
    python examples/pallets/make_evidence.py --ask     # the registry, too: it is asked about sixteen packages
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from muniment import wiring
from muniment.evidence.bundle import write
from muniment.evidence.kind import decoder, encode, kind_id
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.model.asset import canonical
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR

READ = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
NAMES = {
    "pallets": ("click", "flask", "itsdangerous", "jinja=jinja2", "markupsafe", "pallets-sphinx-themes", "quart",
                "werkzeug"),
    "pallets-eco": ("blinker", "cachelib", "flask-caching", "flask-debugtoolbar", "flask-mail", "flask-session",
                    "flask-sqlalchemy", "wtforms"),
}  # fmt: skip
"""By organization the repositories and, where it has another name, the package."""


def manifests() -> list[Batch]:
    """A partial look at each repository's manifests."""
    found = []
    for organization, words in NAMES.items():
        for word in words:
            repository, _, package = word.partition("=")
            fact = RepositoryManifest(path="pyproject.toml", package=canonical(f"pypi:{package or repository}"))
            found.append(
                Batch(
                    cell=Cell("github", f"github:repo/{organization}/{repository}", kind_id(RepositoryManifest)),
                    vantage=frozenset({"github:anonymous"}),
                    outcome=Outcome.PARTIAL,
                    observed_at=READ,
                    parser="github/1",
                    marking=CLEAR,
                    items=(Item(fact.key, encode(fact)),),
                    detail="pyproject.toml alone was read, in a public copy",
                )
            )
    return found


def records(found: list[Batch]) -> list[Batch]:
    """What the registry says now of the packages that the manifests name: their names and repositories."""
    asking = wiring.sources(offline=False)
    (registry,) = (own for own in asking.collectors if own.source == "pypi")
    decode = decoder(RepositoryManifest).decode
    told = []
    for package in sorted(decode(item.payload).package for batch in found for item in batch.items):
        raw = asyncio.run(registry.fetch(package, asking.io(registry)))
        told += [_short(batch) for batch in registry.parse(raw) if batch.cell.kind == kind_id(PackageProject)]
    return told


def _short(batch: Batch) -> Batch:
    facts = [decoder(PackageProject).decode(item.payload) for item in batch.items]
    kept = [PackageProject(name=fact.name, latest=fact.latest, repository=fact.repository) for fact in facts]
    return replace(batch, items=tuple(Item(fact.key, encode(fact)) for fact in kept))


def main() -> None:
    """Write what was asked for."""
    folder = Path(__file__).parent / "evidence"
    found = manifests()
    (folder / "manifests.jsonl").write_bytes(write(found, made=READ, by="make_evidence.py"))
    if "--ask" in sys.argv[1:]:
        told = records(found)
        made = wiring.SystemClock().now()
        (folder / "registry.jsonl").write_bytes(write(told, made=made, by="make_evidence.py"))


if __name__ == "__main__":
    main()

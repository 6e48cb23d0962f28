"""Drift over a register of fifty thousand assets, turned into a patch, with the time and the memory that it takes.

    python benchmarks/sync.py

Twice: as a thousand rules over fifty thousand repositories that were seen, and as fifty thousand entries. Each in
twenty directories, with a real SQLite store that holds the lists of twenty organizations, the face of every
repository and the manifests of one in five. What has drifted: a hundred packages or repositories that are not
declared and, where there are entries, fifty renamed and fifty archived. Filling the store is not in the figures;
everything that the command does is: reading the files and the store, comparing, splicing, validating the result,
writing the patch. Asserts the promise for the register of rules: under 5 s. Fifty thousand entries typed one
by one are measured beside it.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from muniment.app.declare import declare
from muniment.app.sync import sync
from muniment.app.sync.telling import patch
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR
from muniment.ports import Store
from muniment.register.reading import read
from muniment.register.trying import mistakes_with
from muniment.stores.opening import open_store
from muniment.wiring import at_one_go

TREES, RULES, ASSETS, DRIFTED = 20, 1_000, 50_000, 100
SECONDS = 5.0
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


def asset(number: int) -> str:
    """The repository of a number; every tree has one in twenty."""
    return f"github:repo/org-{number % TREES}/team{number % 97}-tool{number}"


def rules(root: Path) -> None:
    """A directory for each organization; every rule selects by names, and one brings packages."""
    for tree in range(TREES):
        lines = [f"  - {{org: org-{tree}, reason: governance}}"]
        for number in range(1, RULES // TREES):
            lines.append(f"  - {{org: org-{tree}, name: [team{number}-*, special-{number}], reason: minutes}}")
        _file(root, tree, "rules:", lines)


def entries(root: Path) -> None:
    """A directory for each organization, with an entry for each of its repositories."""
    for tree in range(TREES):
        lines = [f"  github:org/org-{tree}: {{status: official, reason: ours, repositories: listed}}"]
        for number in range(tree, ASSETS, TREES):
            lines.append(f"  {asset(number)}: {{status: official, reason: minutes of the council}}")
        _file(root, tree, "assets:", lines)


def _file(root: Path, tree: int, section: str, lines: list[str]) -> None:
    head = [f"subproject: part-{tree}", "subprojects:", f"  part-{tree}: {{name: Part {tree}}}", section]
    home = root / f"tree-{tree}"
    home.mkdir()
    (home / "register.yaml").write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")


def look(scope: str, kind: type[Evidence], *facts: Evidence) -> Batch:
    """A complete look of a stranger's."""
    return Batch(
        cell=Cell("github", scope, kind_id(kind)),
        vantage=frozenset({"github:anonymous"}),
        outcome=Outcome.COLLECTED,
        observed_at=NOW,
        parser="github/1",
        marking=CLEAR,
        items=tuple(Item(fact.key, encode(fact)) for fact in facts),
    )


def seen(*, moved: bool) -> Iterator[Batch]:
    """What was seen. ``moved``: of the repositories some are renamed or archived, and the lists name some more."""
    for tree in range(TREES):
        org = f"github:org/org-{tree}"
        listed = [OrganizationRepository(id=n + 1, asset=asset(n)) for n in range(tree, ASSETS, TREES)]
        if moved:
            more = range(ASSETS + tree, ASSETS + DRIFTED, TREES)
            listed += [OrganizationRepository(id=n + 1, asset=asset(n)) for n in more]
        yield look(org, OrganizationRepository, *listed)
        yield look(org, GithubOrganization, GithubOrganization(id=10**9 + tree, login=f"org-{tree}"))
    for number in range(ASSETS):
        own = asset(number)
        name = own.removeprefix("github:repo/")
        renamed = moved and number % 1000 == 1
        face = GithubRepository(
            id=number + 1,
            name=f"{name}-anew" if renamed else name,
            renamed_from=own if renamed else "",
            archived=moved and number % 1000 == 2,
        )
        yield look(own, GithubRepository, face)
        if number % 5 == 0:
            named = not moved and number % 500 == 0
            facts = (RepositoryManifest(path="pyproject.toml", package=f"pypi:tool{number}"),) if named else ()
            yield look(own, RepositoryManifest, *facts)


def measured(root: Path, *, moved: bool) -> tuple[int, float, dict[str, float]]:
    """How many changes are proposed, and the seconds of each step."""
    (root / "project.yaml").write_text("project: {id: callisto, name: Project Callisto}\n", encoding="utf-8")
    store = open_store(str(root / "muniment.sqlite"))
    try:
        _fill(store, root, moved=moved)
        began, worked = time.perf_counter(), time.process_time()
        with at_one_go():
            register = read(root)
            read_at = time.perf_counter()
            synced = sync(
                store, register, lambda changed: mistakes_with(register, changed), now=NOW + timedelta(hours=1)
            )
            synced_at = time.perf_counter()
            text = patch(synced, register.trees[0])
        ended, worked = time.perf_counter(), time.process_time() - worked
    finally:
        store.close()
    assert text.count("\n@@ ") >= len(synced.blocks) and not synced.questions, synced.questions[:3]
    steps = {
        "read": read_at - began,
        "compared and made": synced_at - read_at,
        "written": ended - synced_at,
        "of it the processor's": worked,
    }
    return len(synced.blocks), ended - began, steps


def _fill(store: Store, root: Path, *, moved: bool) -> None:
    run = store.open_run(at=NOW, code="benchmark", register="callisto", commit="")
    register = read(root)
    declare(store, run, register.evidence, register.marking, now=NOW)
    batches = list(seen(moved=moved))
    for start in range(0, len(batches), 5_000):
        store.record(run, batches[start : start + 5_000])


def main() -> int:
    """Measure, print, and say by the exit code whether the promise holds."""
    kept = True
    for name, written, moved in (("rules", rules, False), ("entries", entries, True)):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            written(root)
            changes, seconds, steps = measured(root, moved=moved)
        told = ", ".join(f"{step} {taken:.2f} s" for step, taken in steps.items())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{ASSETS:,} assets as {name}: {changes} changes in {seconds:.2f} s ({told}), peak {peak:.0f} MB")
        kept = kept and changes >= DRIFTED and (name == "entries" or seconds < SECONDS)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

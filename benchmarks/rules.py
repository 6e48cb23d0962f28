"""A register of rules at full size: read, validated and resolved, with the time and the memory that it takes.

    python benchmarks/rules.py

Twenty directories, a thousand rules, fifty thousand repositories seen in twenty organizations, one in ten with a
property that decides, one in five with a manifest. Asserts the promise: under 2 s and 300 MB.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.register.inventory import Inventory
from muniment.register.reading import read
from muniment.register.resolving import Built, Held, Listed, Sightings

TREES, RULES, REPOSITORIES = 20, 1_000, 50_000
SECONDS, MEGABYTES = 2.0, 300


def written(root: Path) -> None:
    """A register of a directory for each organization; of its rules every fifth asks for a property."""
    (root / "project.yaml").write_text("project: {id: callisto, name: Project Callisto}\n", encoding="utf-8")
    for tree in range(TREES):
        lines = [
            f"subproject: part-{tree}",
            "subprojects:",
            f"  part-{tree}: {{name: Part {tree}}}",
            "rules:",
            f"  - {{org: org-{tree}, reason: governance, packages: true}}",
        ]
        for number in range(1, RULES // TREES):
            select = (
                f"name: [team{number}-*, special-{number}]" if number % 5 else f"where: {{owner: team{number}}}"
            )
            status = "archived" if number % 7 == 0 else "official"
            lines.append(f"  - {{org: org-{tree}, {select}, status: {status}, reason: minutes of the council}}")
        home = root / f"tree-{tree}"
        home.mkdir()
        (home / "rules.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def seen() -> Sightings:
    """What was seen of the organizations, as the store's cells would tell it."""
    amber = Marking(TLP.AMBER)
    repositories, properties, manifests = {}, {}, {}
    for number in range(REPOSITORIES):
        asset = f"github:repo/org-{number % TREES}/team{number % 97}-tool{number}"
        repositories[asset] = Listed(CLEAR, archived=number % 11 == 0)
        properties[asset] = Held({"owner": (f"team{number % 50}",)} if number % 10 == 0 else {}, amber)
        if number % 5 == 0:
            manifests[asset] = Built((f"pypi:tool{number}",), CLEAR)
    return Sightings(repositories, properties, manifests)


def main() -> int:
    """Measure, print, and say by the exit code whether the promise holds."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        written(root)
        sightings = seen()
        began = time.perf_counter()
        register = read(root)
        validated = time.perf_counter()
        inventory = Inventory.of(register.evidence)
        inventory = inventory.finding(sightings)
        ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rules = len(inventory.rulebook.rules)
    packages = sum(asset.startswith("pypi:") for asset in inventory.found)
    claimed = sum(bool(entry.claims) for entry in inventory.found.values())
    print(
        f"{TREES} directories, {rules:,} rules, {REPOSITORIES:,} repositories: {len(inventory.found) - packages:,} "
        f"entries, {claimed:,} claimed, {packages:,} packages"
    )
    print(f"read and validated {validated - began:.2f} s, resolved {ended - validated:.2f} s, peak {peak:.0f} MB")
    return 0 if ended - began < SECONDS and peak < MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())

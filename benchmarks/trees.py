"""A register of several trees at full size, out of git: read, validated, indexed and resolved.

    python benchmarks/trees.py [--entries]

Twenty git repositories at a commit, each a subproject's, fetched before; a thousand rules in them; fifty thousand
repositories seen in twenty organizations, one in ten with a property that decides, one in five with a manifest.
Asserts the promise: under 2 s and 300 MB. With ``--entries`` the fifty thousand are entries instead, typed one by
one, for which nothing is promised.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from muniment.evidence.kind import kind_id
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.register.inventory import Inventory
from muniment.register.reading import read
from muniment.register.resolving import Built, Held, Listed, Sightings
from muniment.stores.git import Git

TREES, RULES, REPOSITORIES = 20, 1_000, 50_000
SECONDS, MEGABYTES = 2.0, 300


def tree(number: int, entries: bool) -> str:
    """A subproject's file: an organization and the rules about it, or its repositories one by one."""
    lines = ["rules:", f"  - {{org: org-{number}, reason: governance, packages: true}}"]
    for rule in range(1, RULES // TREES):
        select = f"name: [team{rule}-*, special-{rule}]" if rule % 5 else f"where: {{owner: team{rule}}}"
        status = "archived" if rule % 7 == 0 else "official"
        lines.append(f"  - {{org: org-{number}, {select}, status: {status}, reason: minutes of the council}}")
    if entries:
        lines.append("assets:")
        for seen in range(number, REPOSITORIES, TREES):
            lines.append(f"  {repository(seen)}: {{status: official, reason: minutes of the council}}")
    return "\n".join(lines) + "\n"


def repository(number: int) -> str:
    return f"github:repo/org-{number % TREES}/team{number % 97}-tool{number}"


def committed(home: Path, text: str) -> str:
    """A git repository with one file, and its commit."""
    home.mkdir(parents=True)
    (home / "rules.yaml").write_text(text, encoding="utf-8")
    git = ["git", "-c", "user.name=Bench", "-c", "user.email=bench@callisto.example", "-C", str(home)]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "measured"]):
        subprocess.run([*git, *words], check=True)
    done = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def written(root: Path, entries: bool) -> Path:
    """The tree read first, and the repositories of those that it includes."""
    lines = ["project: {id: callisto, name: Project Callisto}", "subprojects:"]
    lines += [f"  part-{number}: {{name: Part {number}}}" for number in range(TREES)]
    lines.append("include:")
    for number in range(TREES):
        commit = committed(root / f"tree-{number}", tree(number, entries))
        lines.append(f"  tree-{number}: {{git: ../tree-{number}, commit: '{commit}', owner: part-{number}}}")
    council = root / "council"
    council.mkdir()
    (council / "project.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return council


def seen() -> Sightings:
    """What was seen of the organizations, as the store's cells would tell it."""
    amber = Marking(TLP.AMBER)
    repositories, properties, manifests = {}, {}, {}
    for number in range(REPOSITORIES):
        asset = repository(number)
        repositories[asset] = Listed(CLEAR, archived=number % 11 == 0)
        properties[asset] = Held({"owner": (f"team{number % 50}",)} if number % 10 == 0 else {}, amber)
        if number % 5 == 0:
            manifests[asset] = Built((f"pypi:tool{number}",), CLEAR)
    return Sightings(repositories, properties, manifests)


def processor() -> float:
    """Seconds of processor time, git's included."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main(entries: bool) -> int:
    """Measure, print, and say by the exit code whether the promise holds."""
    with tempfile.TemporaryDirectory() as folder:
        council = written(Path(folder), entries)
        git = Git(Path(folder) / "cache", os.environ)
        began = time.perf_counter()
        read(council, open=git.open)
        fetched = time.perf_counter() - began
        sightings = seen()
        before = processor()
        began = time.perf_counter()
        register = read(council, open=git.open)
        validated = time.perf_counter()
        said = register.by_tree()
        under = {
            (kind_id(type(fact)), fact.key): tree.marking for tree in register.trees[1:] for fact in said[tree.name]
        }
        inventory = Inventory.of(register.evidence, under=under).finding(sightings)
        ended = time.perf_counter()
        spent = processor() - before
    assert not register.unread
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    packages = sum(asset.startswith("pypi:") for asset in inventory.found)
    print(
        f"{TREES} trees out of git, {len(inventory.rulebook.rules):,} rules, {REPOSITORIES:,} repositories seen: "
        f"{len(inventory.assets) - 1:,} entries, {len(inventory.found) - packages:,} found, {packages:,} packages"
    )
    print(
        f"fetched and read {fetched:.2f} s; then read and validated {validated - began:.2f} s, "
        f"indexed and resolved {ended - validated:.2f} s ({spent:.2f} s of processor time), peak {peak:.0f} MB"
    )
    return 0 if entries or (ended - began < SECONDS and peak < MEGABYTES) else 1


if __name__ == "__main__":
    sys.exit(main("--entries" in sys.argv[1:]))

"""What the questions to a large register take: the section of a team compass, what a person holds, who holds what.

    python benchmarks/asking.py

Fifty thousand assets in twenty organizations: forty thousand repositories under a thousand rules, and ten thousand
packages that their manifests name, each with the roles of two accounts; a hundred members an organization; two
hundred people in the register. They lie in a real SQLite store and were judged once, which is not in the figures.
Each command is a process of its own, from its start to its end. Asserts the promise: under 3 s of processor time,
since nothing is waited for and the clock also tells what else a machine does, and 300 MB each.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from muniment.app.assess import assess
from muniment.app.declare import declare
from muniment.checks.declaration import checks
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.model.observation import Batch
from muniment.register.reading import read
from muniment.stores.opening import open_store

# From beside this file, which Python puts first on the path.
from sync import NOW, TREES, look  # isort: skip

RULES, REPOSITORIES, PACKAGES, PEOPLE, MEMBERS = 1_000, 40_000, 10_000, 200, 100
SECONDS, MEGABYTES = 3.0, 300
COMMANDS = (
    ("compass", "part-3"),
    ("compass", "part-3", "--audience", "amber"),
    ("compass", "shared"),
    ("access", "sailor-007"),
    ("access", "github:stranger-3"),
    ("who", "pypi:tool44"),
    ("who", "github:repo/org-3/team3-tool3"),
    ("who", "github:org/org-3"),
)


class Taken(Struct, frozen=True):
    """What a command took: seconds by the clock and of the processor, MB at the peak, and bytes said."""

    wall: float
    cpu: float
    memory: float
    said: int


def register(root: Path) -> None:
    """A directory for each organization with its rules, and two hundred people in a file of their own."""
    (root / "project.yaml").write_text("project: {id: callisto, name: Project Callisto}\n", encoding="utf-8")
    people = [
        f"  sailor-{n:03}: {{name: Sailor {n}, accounts: {{github: sailor-{n}, pypi: sailor-{n}}}}}"
        for n in range(PEOPLE)
    ]
    (root / "people.yaml").write_text("\n".join(["parties:", *people]) + "\n", encoding="utf-8")
    for tree in range(TREES):
        lines = [
            f"subproject: part-{tree}",
            "subprojects:",
            f"  part-{tree}: {{name: Part {tree}}}",
            "assets:",
            f"  github:org/org-{tree}: {{status: official, reason: ours}}",
            "rules:",
            f"  - {{org: org-{tree}, reason: governance, packages: true}}",
        ]
        for number in range(1, RULES // TREES):
            lines.append(f"  - {{org: org-{tree}, name: [team{number}-*, special-{number}], reason: minutes}}")
        home = root / f"tree-{tree}"
        home.mkdir()
        (home / "register.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def repository(number: int) -> str:
    """The repository of a number; every organization has one in twenty."""
    return f"github:repo/org-{number % TREES}/team{number % 97}-tool{number}"


def seen() -> Iterator[Batch]:
    """What was seen of organizations, repositories and packages."""
    for tree in range(TREES):
        org = f"github:org/org-{tree}"
        yield look(org, GithubOrganization, GithubOrganization(id=10**9 + tree, login=f"org-{tree}"))
        listed = [OrganizationRepository(id=n + 1, asset=repository(n)) for n in range(tree, REPOSITORIES, TREES)]
        yield look(org, OrganizationRepository, *listed)
        members = [(tree + 3 * n) % PEOPLE for n in range(MEMBERS)]
        roles = [
            OrganizationMember(id=n + 1, login=f"sailor-{n}", role="owner" if n % 33 == 0 else "member")
            for n in members
        ]
        yield look(org, OrganizationMember, *roles)
    for number in range(REPOSITORIES):
        own = repository(number)
        yield look(own, GithubRepository, GithubRepository(id=number + 1, name=own.removeprefix("github:repo/")))
        if number % (REPOSITORIES // PACKAGES) == 0:
            package = f"pypi:tool{number}"
            yield look(own, RepositoryManifest, RepositoryManifest(path="pyproject.toml", package=package))
            accounts = (f"sailor-{number % PEOPLE}", f"stranger-{number % 11}")
            yield look(package, PackageRole, *(PackageRole(account=a, role="Owner") for a in accounts))
            yield look(package, PackageOwnership, PackageOwnership())


def fill(root: Path) -> None:
    """A store that was declared, seen and judged once."""
    store = open_store(str(root / "muniment.sqlite"))
    try:
        run = store.open_run(at=NOW, code="benchmark", register="callisto", commit="")
        written = read(root)
        declare(store, run, written.evidence, written.marking, now=NOW)
        batches = list(seen())
        for start in range(0, len(batches), 5_000):
            store.record(run, batches[start : start + 5_000])
        assess(store, run, checks(), now=NOW + timedelta(minutes=1))
    finally:
        store.close()


def taken(words: tuple[str, ...], root: Path) -> Taken:
    """One command from its start to its end."""
    began = time.perf_counter()
    place = ("--register", str(root), "--db", str(root / "muniment.sqlite"))
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as heard:
        arguments = [sys.executable, "-m", "muniment", *words, *place]
        told = [(os.POSIX_SPAWN_DUP2, said.fileno(), 1), (os.POSIX_SPAWN_DUP2, heard.fileno(), 2)]
        child = os.posix_spawn(sys.executable, arguments, os.environ, file_actions=told)
        _, status, usage = os.wait4(child, 0)
        if os.waitstatus_to_exitcode(status):
            heard.seek(0)
            raise SystemExit(f"{words} ended with {os.waitstatus_to_exitcode(status)}: {heard.read()}")
        size = said.seek(0, os.SEEK_END)
    wall = time.perf_counter() - began
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, size)


def main() -> int:
    """Measure, print, and say by the exit code whether the promise holds."""
    kept = True
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        register(root)
        fill(root)
        print("| command | seconds | CPU | peak | bytes |")
        print("|---|--:|--:|--:|--:|")
        for words in COMMANDS:
            t = taken(words, root)
            print(f"| `{' '.join(words)}` | {t.wall:.1f} s | {t.cpu:.1f} s | {t.memory:.0f} MB | {t.said:,} |")
            kept = kept and t.cpu < SECONDS and t.memory < MEGABYTES
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

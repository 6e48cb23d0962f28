"""Drift becomes a patch, git applies it, and the next run finds it mended: through the program and a real git."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muniment.evidence.bundle import write
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import CLEAR, Marking
from tests.cli.conftest import muniment

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
FRIENDS, TOYS, BADGE = (
    "github:org/callisto-friends",
    "github:repo/callisto-friends/toys",
    "github:repo/callisto-friends/badge",
)
PROJECT = """\
project: {id: callisto, name: Project Callisto, marking: clear}
parties:
  ada: {name: Ada Example}
"""
ASSETS = """\
# What we share with friends.
assets:
  github:org/callisto-friends:   # theirs and ours
    status: official
    reason: shared with friends
    repositories: listed
  github:repo/callisto-friends/badge: {status: official, reason: our badge}  # blue
# The end.
"""


def look(
    scope: str,
    kind: type[Evidence],
    *facts: Evidence,
    outcome: Outcome = Outcome.COLLECTED,
    at: datetime = NOW,
    marking: Marking = CLEAR,
    vantage: str = "github:anonymous",
    source: str = "github",
) -> Batch:
    """One look at one cell."""
    return Batch(
        cell=Cell(source, scope, kind_id(kind)),
        vantage=frozenset({vantage}),
        outcome=outcome,
        observed_at=at,
        parser="github/1",
        marking=marking,
        items=tuple(Item(fact.key, encode(fact)) for fact in facts),
    )


BELIEVED = (
    look(
        FRIENDS,
        OrganizationRepository,
        OrganizationRepository(id=1, asset=BADGE),
        OrganizationRepository(id=2, asset=TOYS),
    ),
    look(FRIENDS, GithubOrganization, GithubOrganization(id=7, login="callisto-friends")),
    look(BADGE, GithubRepository, GithubRepository(id=1, name="callisto-friends/badge")),
    look(BADGE, RepositoryManifest, RepositoryManifest(path="pyproject.toml", package="pypi:callisto-badge")),
)

RECORD = look(
    "pypi:callisto-badge",
    PackageProject,
    PackageProject(name="callisto-badge", latest="1.0", repository=BADGE),
    source="pypi",
    vantage="pypi:anonymous",
)


def git(home: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(home), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def keep(home: Path, batches: Sequence[Batch] = BELIEVED) -> None:
    """Put evidence beside the register."""
    (home / "evidence").mkdir(exist_ok=True)
    (home / "evidence" / "recorded.jsonl").write_bytes(write(batches, made=NOW, by="tests"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A register in a directory of a git repository, with what was seen of it, and a first run."""
    home = tmp_path / "repository" / "security" / "register"
    home.mkdir(parents=True)
    (home / "project.yaml").write_text(PROJECT)
    (home / "assets.yaml").write_text(ASSETS)
    keep(home)
    git(home, "init", "-q", str(tmp_path / "repository"))
    git(home, "add", "-A")
    git(home, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "a register")
    run(home)
    return home


def run(home: Path) -> None:
    done = muniment("run", home, "--offline", "--out", home.parent / "out")
    assert done.returncode == 0, done.stderr


def open_findings(home: Path) -> set[tuple[str, str]]:
    done = muniment("findings", "-r", home, "--format", "json")
    assert done.returncode == 0, done.stderr
    return {(row["check"], row["asset"]) for row in json.loads(done.stdout)["rows"]}


def synced(home: Path, *words: object) -> str:
    done = muniment("sync", home, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_undeclared_repository_and_package_become_a_patch_that_git_applies_and_a_run_finds_mended(
    home: Path,
) -> None:
    drifted = {
        ("inventory/undeclared-repository", FRIENDS),
        ("inventory/repository-without-package", BADGE),
    }
    assert drifted <= open_findings(home)
    patch = home.parent / "drift.patch"
    patch.write_text(synced(home))
    git(home, "apply", "--check", str(patch))
    git(home, "apply", str(patch))
    added = [line for line in (home / "assets.yaml").read_text().splitlines() if line not in ASSETS.splitlines()]
    assert added == [
        f"  {TOYS}:",
        "    status: unclear",
        f"    since: {datetime.now(UTC):%Y-%m-%d}",
        f"    reason: {FRIENDS} lists it on {NOW:%Y-%m-%d} and nobody has decided yet whose it is",
        "  pypi:callisto-badge:",
        "    status: unclear",
        f"    since: {datetime.now(UTC):%Y-%m-%d}",
        f"    reason: pyproject.toml of {BADGE} names it on {NOW:%Y-%m-%d} and nobody has decided yet whose it is",
    ]
    keep(home, (*BELIEVED, RECORD))  # which the next run asks the registry for
    run(home)
    assert not drifted & open_findings(home)
    assert synced(home) == ""

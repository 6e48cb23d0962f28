"""Drift becomes a patch, git applies it, and the next run finds it mended: through the program and a real git."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
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
    home = tmp_path / "repository" / "security" / "my-register"
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


ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "sync.md"
SHOWN = re.compile(
    r"(<!-- printed by: tests/cli/test_sync\.py -->\n\n```diff\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL
)


def test_the_page_shows_what_the_program_prints(home: Path) -> None:
    """Renew it with ``UPDATE_GOLDEN=1 pytest tests/cli/test_sync.py``; the days are those of the page."""
    printed = synced(home)
    printed = printed.replace(f"{NOW:%Y-%m-%d %H:%M} UTC", "2026-11-21 06:00 UTC")
    for day, shown in ((f"{NOW:%Y-%m-%d}", "2026-11-21"), (f"{datetime.now(UTC):%Y-%m-%d}", "2026-11-22")):
        printed = printed.replace(f"since: {day}", f"since: {shown}").replace(
            f"callisto, {day}", f"callisto, {shown}"
        )
    printed = re.sub(r" on \d{4}-\d\d-\d\d", " on 2026-11-21", printed)
    printed = re.sub(r"(since: |callisto, )\d{4}-\d\d-\d\d", r"\g<1>2026-11-22", printed)
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(SHOWN.sub(lambda m: m[1] + printed + m[3], page), encoding="utf-8")
    found = SHOWN.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None and found[2] == printed


def test_who_follows_the_page_gets_through(home: Path) -> None:
    """Each block stands for itself, on the register as it was; but what is applied is the patch made before it."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    said = []
    for script in blocks:
        if not script.startswith("cd "):
            git(home, "checkout", "-q", ".")
        script = re.sub(r"^(muniment run .*)$", r"\1 --offline", script, flags=re.MULTILINE)
        done = subprocess.run(
            ["bash", "-ec", script], cwd=home.parent, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{script}\n{done.stderr}"
        said.append(done.stdout)
    assert len(blocks) == 5
    assert f"+  {TOYS}:" in said[1]  # git diff, after the patch was applied
    assert TOYS in (home.parent / "repositories.patch").read_text(encoding="utf-8")
    assert (home.parent / "patches" / "council.patch").is_file()


def test_a_declined_change_is_written_as_a_waiver_is_and_stays_out(home: Path) -> None:
    words = (
        "--decline",
        f"declare:{TOYS}",
        "--by",
        "ada",
        "--reason",
        "toys: none of ours",
        "--until",
        "2099-12-31",
    )
    shown = muniment("sync", home, *words)
    assert shown.returncode == 0 and "Nothing was written" in shown.stderr
    assert not (home / "declined.yaml").exists()
    assert muniment("sync", home, *words, "--apply").returncode == 0
    assert (home / "declined.yaml").read_text() == (
        f'declined-changes:\n  - change: declare:{TOYS}\n    by: ada\n    reason: "toys: none of ours"\n'
        "    until: 2099-12-31\n"
    )
    done = muniment("sync", home)
    assert f"Declined by ada until 2099-12-31: declare:{TOYS}: toys: none of ours" in done.stderr
    assert TOYS not in done.stdout and "declare:pypi:callisto-badge" in done.stdout
    told = json.loads(synced(home, "--format", "json"))
    assert [(d["change"], d["by"]) for d in told["declined"]] == [(f"declare:{TOYS}", "ada")]
    again = muniment("sync", home, *words, "--apply")
    assert again.returncode == 2 and "stands twice" in again.stderr


def test_a_change_that_is_declined_and_not_proposed_is_told(home: Path) -> None:
    """It may be misspelt; whether it is meant ahead of time, only the person knows."""
    words = ("--by", "ada", "--reason", "none of ours", "--until", "2099-12-31", "--apply")
    misspelt = muniment("sync", home, "--decline", "declare:github:repo/callisto-friends/tois", *words)
    assert misspelt.returncode == 0 and "is proposed now: it is declined ahead of time" in misspelt.stderr
    right = muniment("sync", home, "--decline", "declare:github:repo/callisto-friends/t?ys", *words)
    assert right.returncode == 0 and "ahead of time" not in right.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--decline", "declare:x", "--by", "ada"), "--decline needs --by, --reason and --until"),
        (("--apply",), "--apply, --by, --reason and --until go with --decline"),
        (("--only", "declare:pypi:nothing"), "no change 'declare:pypi:nothing' is proposed"),
        (
            ("--decline", "delete:x", "--by", "ada", "--reason", "x", "--until", "2099-01-01"),
            "'delete:x' is not the id of a change",
        ),
        (
            ("--decline", "declare:x", "--by", "ada", "--reason", "x", "--until", "2020-01-01"),
            "--until 2020-01-01 is past",
        ),
        (
            ("--decline", "declare:x", "--by", "nobody", "--reason", "x", "--until", "2099-01-01"),
            "the handle 'nobody' is not declared",
        ),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(home: Path, words: Sequence[str], said: str) -> None:
    done = muniment("sync", home, *words)
    assert done.returncode == 2 and said in done.stderr and not done.stdout


def test_patches_are_split_by_owner_and_old_ones_of_ours_go(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "patches"
    to.mkdir()
    (to / "kept.patch").write_text("# somebody else's\n")
    (to / "old-owner.patch").write_text("# muniment sync of callisto, 2026-01-01: 1 change\n")
    (to / "other.patch").write_text("# muniment sync of calliope, 2026-01-01: 1 change\n")
    done = muniment("sync", home, "--to-owner", to)
    assert done.returncode == 0 and not done.stdout
    assert sorted(p.name for p in to.iterdir()) == ["council.patch", "kept.patch", "other.patch"]
    assert (to / "council.patch").read_text() == synced(home)
    assert stat.S_IMODE((to / "council.patch").stat().st_mode) == 0o644  # CLEAR
    (home / "project.yaml").write_text(PROJECT.replace("clear", "amber"))
    assert muniment("sync", home, "--to-owner", to).returncode == 0
    assert stat.S_IMODE((to / "council.patch").stat().st_mode) == 0o600
    git(home, "apply", str(to / "council.patch"))
    assert muniment("sync", home, "--to-owner", to).returncode == 0
    assert not (to / "council.patch").exists()
    (to / "council.patch").write_text("mine\n")
    git(home, "checkout", "-q", ".")
    refused = muniment("sync", home, "--to-owner", to)
    assert refused.returncode == 2 and "is no patch of ours" in refused.stderr
    assert (to / "council.patch").read_text() == "mine\n"


def test_json_tells_what_the_patch_tells(home: Path) -> None:
    told = json.loads(synced(home, "--format", "json"))
    assert (told["version"], told["marking"], told["project"]) == (1, "TLP:CLEAR", "callisto")
    patch = synced(home)
    for change in told["changes"]:
        assert change["diff"] in patch and f"# {change['change']}\n" in patch
        assert change["owner"] == "council" and change["evidence"][0]["as"] == "github:anonymous"
    assert [change["change"] for change in told["changes"]] == [f"declare:{TOYS}", "declare:pypi:callisto-badge"]

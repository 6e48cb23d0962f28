"""Local clones: whose commits they hold is told by exact address, and nothing that lies in a clone is run."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from muniment.collectors.git_history import clones, committers, handle_of, read
from muniment.evidence.commit_claim import CommitClaim
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.observation import Outcome
from muniment.model.party import Account
from muniment.model.tlp import TLP
from tests.collectors.asking import facts

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
REPOSITORY = "github:repo/callisto/core"
PEOPLE = committers(
    [
        DeclaredParty(
            handle="kofi",
            github_id=4711,
            accounts=(Account("github", "kofi-e"), Account("email", "Kofi@people.example")),
        ),
        DeclaredParty(
            handle="noor", accounts=(Account("github", "noor-e"), Account("email", "two@people.example"))
        ),
        DeclaredParty(handle="zeta", accounts=(Account("email", "two@people.example"),)),
        DeclaredParty(handle="robot", bot=True, accounts=(Account("email", "robot@people.example"),)),
    ]
)


def git(place: Path, *words: str, mail: str = "x@people.example", at: datetime = NOW) -> None:
    when = f"{int(at.timestamp())} +0000"
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "HOME": str(place),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "somebody",
        "GIT_AUTHOR_EMAIL": "author@people.example",
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_NAME": "somebody",
        "GIT_COMMITTER_EMAIL": mail,
        "GIT_COMMITTER_DATE": when,
    }
    subprocess.run(["git", *words], cwd=place, env=environment, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    made = tmp_path / "callisto" / "core"
    made.mkdir(parents=True)
    git(made, "init", "-q", "-b", "main")
    return made


def commit(clone: Path, mail: str, at: datetime) -> None:
    git(clone, "commit", "-q", "--allow-empty", "-m", "work", mail=mail, at=at)


def test_the_newest_month_of_each_person_of_the_register_is_told_and_of_nobody_else(clone: Path) -> None:
    commit(clone, "kofi@PEOPLE.example", datetime(2025, 3, 9, tzinfo=UTC))
    commit(clone, "4711+kofi-e@users.noreply.github.com", datetime(2025, 8, 30, tzinfo=UTC))
    commit(clone, "stranger@people.example", datetime(2026, 5, 1, tzinfo=UTC))
    commit(clone, "not-kofi@people.example", datetime(2026, 5, 1, tzinfo=UTC))
    batch = read(REPOSITORY, clone, PEOPLE, now=NOW)
    assert batch.outcome is Outcome.COLLECTED and batch.marking.level is TLP.AMBER
    assert facts(batch) == [CommitClaim(handle="kofi", month=date(2025, 8, 1))]
    assert b"stranger" not in b"".join(item.payload for item in batch.items)


def test_an_address_of_two_people_or_of_a_machine_is_nobody_s() -> None:
    assert handle_of("two@people.example", PEOPLE) == "" == handle_of("robot@people.example", PEOPLE)
    assert handle_of("noor-e@users.noreply.github.com", PEOPLE) == "noor"
    assert handle_of("4711+anything@users.noreply.github.com", PEOPLE) == "kofi"
    assert handle_of("9+kofi-e@users.noreply.github.com", PEOPLE) == "", "the number tells, and not the name"
    assert handle_of("github:noor-e", PEOPLE) == "noor" and handle_of("", PEOPLE) == ""


def test_commits_of_days_to_come_are_ignored(clone: Path) -> None:
    commit(clone, "kofi@people.example", datetime(2025, 3, 9, tzinfo=UTC))
    commit(clone, "kofi@people.example", NOW + timedelta(minutes=1))
    assert facts(read(REPOSITORY, clone, PEOPLE, now=NOW)) == [CommitClaim(handle="kofi", month=date(2025, 3, 1))]


def test_other_branches_and_packed_ones_are_read(clone: Path) -> None:
    commit(clone, "stranger@people.example", datetime(2025, 1, 1, tzinfo=UTC))
    git(clone, "checkout", "-q", "-b", "topic/one")
    commit(clone, "kofi@people.example", datetime(2026, 2, 9, tzinfo=UTC))
    git(clone, "checkout", "-q", "main")
    git(clone, "pack-refs", "--all")
    git(clone, "gc", "-q")
    assert facts(read(REPOSITORY, clone, PEOPLE, now=NOW)) == [CommitClaim(handle="kofi", month=date(2026, 2, 1))]


def test_nothing_that_lies_in_a_clone_is_run(clone: Path, tmp_path: Path) -> None:
    commit(clone, "kofi@people.example", datetime(2026, 2, 9, tzinfo=UTC))
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {ran}\nexit 0\n')
    program.chmod(0o755)
    for name in (
        *("core.fsmonitor", "core.pager", "pager.rev-list", "pager.log", "core.sshCommand", "core.askPass"),
        *("core.alternateRefsCommand", "gpg.program", "diff.evil.textconv", "diff.external", "filter.evil.clean"),
        *("core.editor", "remote.origin.uploadpack", "alias.rev-list", "alias.log"),
    ):
        git(clone, "config", name, f"!{program}" if name.startswith("alias.") else str(program))
    git(clone, "config", "log.showSignature", "true")
    git(clone, "config", "extensions.partialClone", "origin")
    git(clone, "config", "remote.origin.promisor", "true")
    git(clone, "config", "remote.origin.url", f"ext::{program} %S")
    git(clone, "config", "core.hooksPath", str(tmp_path))
    git(clone, "config", "include.path", str(tmp_path / "missing"))
    (clone / ".gitattributes").write_text("* diff=evil filter=evil\n")
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (clone / ".git" / "hooks").mkdir(exist_ok=True)
        (clone / ".git" / "hooks" / hook).symlink_to(program)
    before = sorted(p.relative_to(clone) for p in clone.rglob("*"))
    ran.unlink(missing_ok=True)  # what making the trap ran
    assert facts(read(REPOSITORY, clone, PEOPLE, now=NOW))
    assert not ran.exists(), ran.read_text() if ran.exists() else ""
    assert sorted(p.relative_to(clone) for p in clone.rglob("*")) == before, "nothing is written to it"


def test_what_a_clone_promises_to_fetch_is_not_fetched(clone: Path, tmp_path: Path) -> None:
    commit(clone, "kofi@people.example", datetime(2026, 2, 9, tzinfo=UTC))
    ran, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n")
    program.chmod(0o755)
    (clone / ".git" / "refs" / "heads" / "lost").write_text("1" * 40 + "\n")
    git(clone, "config", "core.repositoryFormatVersion", "1")
    git(clone, "config", "extensions.partialClone", "origin")
    git(clone, "config", "remote.origin.promisor", "true")
    git(clone, "config", "remote.origin.url", str(tmp_path))
    git(clone, "config", "remote.origin.uploadpack", str(program))
    assert read(REPOSITORY, clone, PEOPLE, now=NOW).outcome is Outcome.UNREADABLE
    assert not ran.exists()
    subprocess.run(["git", "cat-file", "-t", "1" * 40], cwd=clone, capture_output=True, check=False)
    assert ran.exists(), "the trap is one: git in the clone itself runs it"


def test_a_clone_whose_configuration_is_no_configuration_is_read(clone: Path) -> None:
    commit(clone, "kofi@people.example", datetime(2026, 2, 9, tzinfo=UTC))
    (clone / ".git" / "config").write_bytes(b"[core\n\0broken")
    assert facts(read(REPOSITORY, clone, PEOPLE, now=NOW))


def test_a_shallow_clone_is_not_the_whole_history(clone: Path, tmp_path: Path) -> None:
    for month in (1, 2, 3):
        commit(clone, "kofi@people.example", datetime(2026, month, 9, tzinfo=UTC))
    git(tmp_path, "clone", "-q", "--bare", "--depth=1", f"file://{clone}", "short")
    batch = read(REPOSITORY, tmp_path / "short", PEOPLE, now=NOW)
    assert batch.outcome is Outcome.PARTIAL and "shallow" in batch.detail
    assert facts(batch) == [CommitClaim(handle="kofi", month=date(2026, 3, 1))]


@pytest.mark.parametrize("trap", ["no clone", "worktree", "link", "a missing object", "reftable", "linked objects"])
def test_what_cannot_be_read_is_no_silence(clone: Path, tmp_path: Path, trap: str) -> None:
    commit(clone, "kofi@people.example", datetime(2026, 2, 9, tzinfo=UTC))
    place = clone
    if trap == "no clone":
        place = tmp_path / "empty"
        place.mkdir()
    elif trap == "worktree":
        place = tmp_path / "tree"
        git(clone, "worktree", "add", "-q", str(place))
    elif trap == "link":
        place = tmp_path / "other"
        place.mkdir()
        (place / ".git").symlink_to(clone / ".git")
    elif trap == "a missing object":
        (clone / ".git" / "refs" / "heads" / "lost").write_text("1" * 40 + "\n")
    elif trap == "reftable":
        (clone / ".git" / "reftable").mkdir()
    else:
        (clone / ".git" / "objects").rename(tmp_path / "objects")
        (clone / ".git" / "objects").symlink_to(tmp_path / "objects")
    batch = read(REPOSITORY, place, PEOPLE, now=NOW)
    assert batch.outcome is Outcome.UNREADABLE and batch.detail and not batch.items
    assert str(tmp_path) not in batch.detail, "no path of the machine is kept"


def test_a_hostile_list_of_branches_is_no_option_of_git_s(clone: Path) -> None:
    commit(clone, "kofi@people.example", datetime(2026, 2, 9, tzinfo=UTC))
    (clone / ".git" / "packed-refs").write_bytes(b"--output=/x refs/heads/a\n--all refs/heads/b\n")
    (clone / ".git" / "refs" / "heads" / "evil").write_bytes(b"--upload-pack=x\n")
    (clone / ".git" / "refs" / "heads" / "link").symlink_to("/etc/passwd")
    assert facts(read(REPOSITORY, clone, PEOPLE, now=NOW)) == [CommitClaim(handle="kofi", month=date(2026, 2, 1))]


def test_an_empty_clone_holds_nobody_s_commits(clone: Path) -> None:
    batch = read(REPOSITORY, clone, PEOPLE, now=NOW)
    assert batch.outcome is Outcome.COLLECTED and not batch.items


def test_the_place_of_a_clone_says_whose_it_is(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "callisto" / "Docs.git").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "callisto")
    (tmp_path / "a file").write_text("")
    found = [scope for scope, _ in clones(tmp_path)]
    assert found == ["github:repo/callisto/docs", "github:repo/callisto/core"]

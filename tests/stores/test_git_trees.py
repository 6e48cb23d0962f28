"""Trees are read out of git as objects of one commit: nothing runs, is fetched twice, or goes on for ever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.model.tlp import CLEAR
from muniment.model.verdict import Where
from muniment.register.files import Files, Refused, Unread
from muniment.register.trees import Included
from muniment.stores.git import Git

ASSET = "assets:\n  pypi:callisto-dock: {status: official, reason: made up}\n"
HERE = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Ada Example",
    "GIT_AUTHOR_EMAIL": "ada@callisto.example",
    "GIT_COMMITTER_NAME": "Ada Example",
    "GIT_COMMITTER_EMAIL": "ada@callisto.example",
}


class Repository:
    """A real git repository that a test fills."""

    def __init__(self, root: Path, form: str = "sha1") -> None:
        self.root = root
        root.mkdir()
        self.git("init", "--quiet", f"--object-format={form}")

    def git(self, *words: str, put: bytes | None = None) -> str:
        done = subprocess.run(["git", *words], cwd=self.root, env=HERE, input=put, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(self, files: dict[str, str]) -> str:
        for name, text in files.items():
            place = self.root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", "made up")
        return self.git("rev-parse", "HEAD")

    def written(self, *lines: tuple[str, str, bytes]) -> str:
        """A commit of entries that no work tree could hold: mode, path, and content or an object's id."""
        for mode, path, content in lines:
            object = content.decode() if mode == "160000" else self.git("hash-object", "-w", "--stdin", put=content)
            self.git("update-index", "--add", "-z", "--index-info", put=f"{mode} {object}\t{path}\0".encode())
        return self.git("commit-tree", self.git("write-tree"), "-m", "made up")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.fixture
def opened(tmp_path: Path, repository: Repository) -> Callable[..., Files]:
    def open(commit: str, within: str = "", at: Path | None = None, kind: str = "git", **more: float) -> Files:
        git = Git(tmp_path / "cache", HERE, **more)  # type: ignore[arg-type]
        where = Where("trees.yaml", 3)
        return git.open(Included("dock", "", CLEAR, kind, str(at or repository.root), within, commit, where))

    return open


def test_the_files_of_a_commit_are_read_and_nothing_else(
    repository: Repository, opened: Callable[..., Files]
) -> None:
    commit = repository.commit({"a.yaml": ASSET, "more/b.yml": "", ".hidden/c.yaml": "", "readme.md": "no"})
    repository.commit({"a.yaml": "", "later.yaml": ""})
    files = opened(commit)
    assert [(text.name, text.text) for text in files.texts] == [("dock:a.yaml", ASSET), ("dock:more/b.yml", "")]
    assert files.mistakes == ()


def test_a_directory_within_the_commit_is_the_tree(repository: Repository, opened: Callable[..., Files]) -> None:
    commit = repository.commit({"a.yaml": ASSET, "security/register/b.yaml": ASSET})
    assert [text.name for text in opened(commit, "security/register").texts] == ["dock:b.yaml"]
    for nothing in ("security/none", "a.yaml"):
        with pytest.raises(Refused, match="the commit has no directory"):
            opened(commit, nothing)


def test_a_repository_of_64_digits_is_read(tmp_path: Path, opened: Callable[..., Files]) -> None:
    modern = Repository(tmp_path / "modern", "sha256")
    commit = modern.commit({"a.yaml": ASSET})
    assert len(commit) == 64
    assert len(opened(commit, at=modern.root).texts) == 1


def test_a_commit_that_was_read_once_needs_its_repository_no_more(
    repository: Repository, opened: Callable[..., Files], tmp_path: Path
) -> None:
    commit = repository.commit({"a.yaml": ASSET})
    opened(commit)
    shutil.rmtree(repository.root)
    assert len(opened(commit).texts) == 1
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.name.endswith(commit)
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


def test_only_the_one_commit_is_fetched(
    repository: Repository, opened: Callable[..., Files], tmp_path: Path
) -> None:
    first = repository.commit({"a.yaml": ASSET})
    commit = repository.commit({"b.yaml": ASSET})
    opened(commit)
    (kept,) = (tmp_path / "cache").iterdir()
    asked = subprocess.run(["git", f"--git-dir={kept}", "cat-file", "-e", first], env=HERE, capture_output=True)
    assert asked.returncode != 0


def test_a_commit_that_is_not_there_leaves_the_tree_unread_and_the_cache_empty(
    repository: Repository, opened: Callable[..., Files], tmp_path: Path
) -> None:
    repository.commit({"a.yaml": ASSET})
    with pytest.raises(Unread, match=f"git did not give commit {'0' * 12}"):
        opened("0" * 40)
    with pytest.raises(Unread, match="there is no repository at its path"):
        opened("0" * 40, at=tmp_path / "nowhere")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_tag_is_not_a_commit(repository: Repository, opened: Callable[..., Files]) -> None:
    repository.commit({"a.yaml": ASSET})
    repository.git("tag", "-a", "v1", "-m", "made up")
    with pytest.raises(Refused, match="is a tag, not a commit"):
        opened(repository.git("rev-parse", "v1"))


def test_a_bundle_carries_a_tree(repository: Repository, opened: Callable[..., Files], tmp_path: Path) -> None:
    commit = repository.commit({"a.yaml": ASSET})
    repository.commit({"b.yaml": ASSET})
    repository.git("bundle", "create", "--quiet", "../dock.bundle", "HEAD")
    bundle = tmp_path / "dock.bundle"
    assert [t.name for t in opened(commit, at=bundle, kind="bundle").texts] == ["dock:a.yaml"]
    with pytest.raises(Unread, match="the commit 000000000000 is not there"):
        opened("0" * 40, at=bundle, kind="bundle")
    with pytest.raises(Unread, match="there is no bundle at its path"):
        opened("1" * 40, at=tmp_path / "none.bundle", kind="bundle")


@pytest.mark.parametrize("left", [0, 10, 60, 200])
def test_a_damaged_bundle_leaves_the_tree_unread(
    repository: Repository, opened: Callable[..., Files], tmp_path: Path, left: int
) -> None:
    commit = repository.commit({"a.yaml": ASSET})
    repository.git("bundle", "create", "--quiet", "../dock.bundle", "HEAD")
    bundle = tmp_path / "dock.bundle"
    bundle.write_bytes(bundle.read_bytes()[:left])
    with pytest.raises(Unread, match="git did not give commit"):
        opened(commit, at=bundle, kind="bundle")


def test_a_bundle_that_builds_on_commits_left_behind_is_unread(
    repository: Repository, opened: Callable[..., Files], tmp_path: Path
) -> None:
    first = repository.commit({"a.yaml": ASSET})
    commit = repository.commit({"b.yaml": ASSET})
    repository.git("bundle", "create", "--quiet", "../dock.bundle", f"{first}..HEAD")
    with pytest.raises(Unread, match="git did not give commit"):
        opened(commit, at=tmp_path / "dock.bundle", kind="bundle")


def test_without_the_network_a_remote_tree_waits(tmp_path: Path) -> None:
    address = "https://git.callisto.example/register.git"
    included = Included("dock", "", CLEAR, "git", address, "", "a" * 40, Where("trees.yaml", 1))
    with pytest.raises(Unread, match="was not fetched yet: muniment run or collect fetches it"):
        Git(tmp_path, HERE).open(included)


def test_where_git_is_not_installed_a_tree_is_unread(repository: Repository, tmp_path: Path) -> None:
    commit = repository.commit({"a.yaml": ASSET})
    included = Included("dock", "", CLEAR, "git", str(repository.root), "", commit, Where("trees.yaml", 1))
    with pytest.raises(Unread, match="git is not installed here"):
        Git(tmp_path / "cache", {"PATH": str(tmp_path)}).open(included)


# ---------------------------------------------------------------- hostile trees


def test_what_a_hostile_tree_holds_is_told_by_name(repository: Repository, opened: Callable[..., Files]) -> None:
    inner = repository.commit({"a.yaml": ASSET})
    commit = repository.written(
        ("120000", "out.yaml", b"/etc/passwd"),
        ("120000", "up", b"../.."),
        ("120000", "readme.md", b"other.md"),
        ("160000", "vendored", inner.encode()),
        ("100644", "a\x1b[31m\nb.yaml", b""),
        ("100644", "huge.yaml", b"#" * 5_000_001),
        ("100644", "bytes.yaml", b"\xff\xfe"),
        ("100755", "-rf.yaml", b"x: 1\n"),
    )
    files = opened(commit)
    told = sorted(f"{m.file}: {m.message}" for m in files.mistakes)
    assert told == [
        "dock:a\ufffd[31m b.yaml: a control character in the file's name, or a name too long",
        "dock:bytes.yaml: not UTF-8 text",
        "dock:huge.yaml: larger than 5 MB",
        "dock:out.yaml: a link, which is not followed",
        "dock:up: a link, which is not followed",
        "dock:vendored: a submodule, in which nothing is read",
    ]
    assert [text.name for text in files.texts] == ["dock:-rf.yaml", "dock:a.yaml"]


def test_nothing_that_a_repository_brings_is_run(
    repository: Repository, opened: Callable[..., Files], tmp_path: Path
) -> None:
    """Neither its hooks, nor filters that its attributes name, nor commands in its settings."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n", encoding="utf-8")
    trap.chmod(0o755)
    for hook in ("post-checkout", "post-merge", "pre-auto-gc", "reference-transaction", "post-index-change"):
        shutil.copy(trap, repository.root / ".git/hooks" / hook)
    commit = repository.written(
        ("100644", "a.yaml", ASSET.encode()),
        ("100644", ".gitattributes", b"*.yaml filter=trap diff=trap\n"),
        ("100644", ".gitmodules", b'[submodule "x"]\n\tpath = x\n\turl = ../x\n\tupdate = !touch sprung\n'),
        ("100644", ".lfsconfig", b"[lfs]\n\turl = https://lfs.callisto.example\n"),
    )
    for setting in ("filter.trap.smudge", "core.fsmonitor", "core.sshCommand", "uploadpack.packObjectsHook"):
        repository.git("config", setting, str(trap))
    (tmp_path / "sprung").unlink(missing_ok=True)
    assert [text.text for text in opened(commit).texts] == [ASSET]
    assert not (tmp_path / "sprung").exists()


def test_a_hundred_thousand_files_are_refused_soon(repository: Repository, opened: Callable[..., Files]) -> None:
    empty = repository.git("hash-object", "-w", "--stdin", put=b"")
    lines = "".join(f"100644 {empty}\t{number % 100}/{number}.yaml\n" for number in range(100_000))
    repository.git("update-index", "--add", "--index-info", put=lines.encode())
    commit = repository.git("commit-tree", repository.git("write-tree"), "-m", "made up")
    began = time.perf_counter()
    with pytest.raises(Refused, match="it holds 100,000 YAML files"):
        opened(commit)
    assert time.perf_counter() - began < 30


def test_many_large_files_are_refused_before_they_are_read(
    repository: Repository, opened: Callable[..., Files]
) -> None:
    object = repository.git("hash-object", "-w", "--stdin", put=b"#" * 4_900_000)
    lines = "".join(f"100644 {object}\t{number}.yaml\n" for number in range(1_000))
    repository.git("update-index", "--add", "--index-info", put=lines.encode())
    commit = repository.git("commit-tree", repository.git("write-tree"), "-m", "made up")
    with pytest.raises(Refused, match="larger than 50 MB together"):
        opened(commit)


def test_a_git_that_never_ends_is_stopped_with_all_that_it_started(repository: Repository, tmp_path: Path) -> None:
    commit = repository.commit({"a.yaml": ASSET})
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "git").write_text(f"#!/bin/sh\n{sys.executable} -c 'import time; time.sleep(300)'\n", encoding="utf-8")
    (slow / "git").chmod(0o755)
    git = Git(tmp_path / "cache", {**HERE, "PATH": f"{slow}:{HERE['PATH']}"}, seconds=0.5)
    began = time.perf_counter()
    included = Included("dock", "", CLEAR, "git", str(repository.root), "", commit, Where("trees.yaml", 1))
    with pytest.raises(Unread, match="it took longer than"):
        git.open(included)
    assert time.perf_counter() - began < 20


def test_a_damaged_copy_is_told_with_the_directory_to_delete(
    repository: Repository, opened: Callable[..., Files], tmp_path: Path
) -> None:
    commit = repository.commit({"a.yaml": ASSET})
    opened(commit)
    (kept,) = (tmp_path / "cache").iterdir()
    for pack in (*kept.rglob("*.pack"), *kept.rglob("objects/??/*")):
        pack.chmod(0o600)
        pack.write_bytes(b"")
    with pytest.raises(Unread, match="damaged"):
        opened(commit)

"""Reads trees of a register out of git: objects of one commit, and nothing that a repository could run.

A commit is fetched into a bare repository of its own, which the cache keeps by address and commit; it is never
fetched twice. Nothing is checked out: no hook, filter, submodule or large-file pointer has a say. What a repository
holds is somebody else's text: sizes are known before anything is read, and each step has an end.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from msgspec import Struct

from muniment.model.errors import Mistake
from muniment.model.text import plain
from muniment.register.files import ENDINGS, MAX_BYTES, Files, Refused, Text, Unread, bounded, decoded, named
from muniment.register.trees import Included

SECONDS = 120
_MAX_LISTED = 64_000_000
_MAX_FETCHED = 256_000_000
_MAX_MEMORY = 4_000_000_000

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.bigFileThreshold=5m",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.recurseSubmodules=false",
    "transfer.bundleURI=false",
    "pack.threads=1",
    "protocol.allow=never",
)
_KEPT_VARIABLES = (
    "GIT_SSH",
    "GIT_SSL",
    "GIT_ASKPASS",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
)


class _Entry(Struct, frozen=True):
    """A line of a listing."""

    mode: str
    object: str
    size: int
    path: str


class _Failed(Exception):
    """Git ended with an error; what it said."""


class Git:
    """Trees out of git. ``cache`` is where commits are kept; without ``fetch`` no network is used.

    ``seconds`` is how long one step of git may take.
    """

    def __init__(
        self, cache: Path, environment: Mapping[str, str], *, fetch: bool = False, seconds: float = SECONDS
    ) -> None:
        self._cache = cache
        self._fetch = fetch
        self._seconds = seconds
        self._environment = {
            **{k: v for k, v in environment.items() if not k.startswith("GIT_") or k.startswith(_KEPT_VARIABLES)},
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "SSH_ASKPASS_REQUIRE": "never",  # nor has it a terminal: it runs in a session of its own
            "LC_ALL": "C",
        }

    def open(self, included: Included) -> Files:
        """The YAML files of a tree at its commit. ``Unread`` if git does not give it, ``Refused`` if it never will.

        Mistakes in single files are told with the others.
        """
        try:
            home = self._home(included)
            return self._files(included, home)
        except FileNotFoundError:
            raise Unread("git is not installed here") from None
        except OSError as error:
            raise Unread(f"its copy here cannot be read or written: {error.strerror}") from None

    # ------------------------------------------------------------ getting

    def _home(self, included: Included) -> Path:
        """The bare repository that holds the commit; it is made if it is not there."""
        name = blake2b(f"{included.kind} {included.at}".encode(), digest_size=12).hexdigest()
        home = self._cache / f"{name}-{included.commit}"
        if home.is_dir():
            return home
        if included.is_remote and not self._fetch:
            raise Unread(f"commit {included.commit[:12]} was not fetched yet: muniment run or collect fetches it")
        if not included.is_remote and not Path(included.at).exists():
            raise Unread(f"there is no {'bundle' if included.kind == 'bundle' else 'repository'} at its path")
        self._cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=self._cache, prefix=".making-") as folder:
            made = Path(folder) / "made"
            self._make(made, included)
            try:
                made.rename(home)
            except OSError:
                if not home.is_dir():  # else somebody else was faster, and made the same
                    raise
        return home

    def _make(self, made: Path, included: Included) -> None:
        """A bare repository with the commit, out of a bundle or another repository."""
        form = "sha256" if len(included.commit) == 64 else "sha1"
        try:
            self._run(None, "init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(made))
            if included.kind == "bundle":
                self._unbundle(made, included)
            else:
                self._run(
                    made,
                    *_protocols(included),
                    "fetch",
                    "--quiet",
                    "--depth=1",
                    "--no-tags",
                    "--no-recurse-submodules",
                    "--no-write-fetch-head",
                    "--end-of-options",
                    included.at,
                    included.commit,
                )
        except _Failed as error:
            raise Unread(f"git did not give commit {included.commit[:12]}: {error}") from None
        kind = self._kind(made, included.commit)
        if kind == "":
            raise Unread(f"the commit {included.commit[:12]} is not there")
        if kind != "commit":
            raise Refused(f"{included.commit[:12]} is a {kind}, not a commit", "git rev-parse NAME^{commit}")

    def _unbundle(self, made: Path, included: Included) -> None:
        size = Path(included.at).stat().st_size
        if size > _MAX_FETCHED:
            raise Refused(
                f"the bundle is larger than {_MAX_FETCHED // 1_000_000} MB", "bundle the one commit alone"
            )
        self._run(made, "bundle", "unbundle", included.at)

    def _kind(self, home: Path, object: str) -> str:
        """``commit``, ``tag``, ``tree`` or ``blob``; empty: it is not there."""
        try:
            return self._run(home, "cat-file", "-t", object).decode("ascii", "replace").strip()
        except _Failed:
            return ""

    # ------------------------------------------------------------ reading

    def _files(self, included: Included, home: Path) -> Files:
        root = f"{included.commit}:{included.within}"
        try:
            listed = self._run(home, "ls-tree", "-r", "-z", "-l", "--full-tree", root)
        except _Failed as error:
            if self._kind(home, f"{included.commit}:") == "tree" and self._kind(home, root) != "tree":
                raise Refused(f"the commit has no directory {included.within}", "path: names one in it") from None
            raise Unread(f"its copy here is damaged, delete {home}: {error}") from None
        if len(listed) >= _MAX_LISTED:
            raise Refused("it holds too many files", "path: names the directory that is the register")
        texts: list[Text] = []
        mistakes: list[Mistake] = []
        wanted: list[tuple[str, str]] = []
        size = 0
        for entry in _entries(listed):
            try:
                name = _name(included.name, entry)
            except Mistake as mistake:
                mistakes.append(mistake)
                continue
            if name:
                wanted.append((name, entry.object))
                size += entry.size
        if not wanted and not mistakes:
            raise Refused(
                f"{included.within or 'the commit'} holds no *.yaml file", "path: names a directory of them"
            )
        bounded(len(wanted) + len(mistakes), size)
        for (name, _), content in zip(wanted, self._contents(home, [object for _, object in wanted]), strict=True):
            try:
                texts.append(decoded(content, name))
            except Mistake as mistake:
                mistakes.append(mistake)
        return Files(home, tuple(sorted(texts, key=lambda text: text.name)), tuple(mistakes))

    def _contents(self, home: Path, objects: list[str]) -> Iterable[bytes]:
        """The contents of some blobs, in their order."""
        try:
            given = self._run(home, "cat-file", "--batch", put="\n".join([*objects, ""]).encode("ascii"))
        except _Failed as error:
            raise Unread(f"its copy here is damaged, delete {home}: {error}") from None
        at = 0
        for _ in objects:
            end = given.find(b"\n", at)
            head = given[at:end].split(b" ")
            if end < 0 or len(head) != 3 or head[1] != b"blob":
                raise Unread(f"its copy here is damaged, delete {home}: a file is missing")
            at = end + 1 + int(head[2])
            yield given[end + 1 : at]
            at += 1

    # ------------------------------------------------------------ git itself

    def _run(self, home: Path | None, *words: str, put: bytes = b"") -> bytes:
        """What git writes; ``_Failed`` with what it says. After a while it is stopped with all that it started."""
        command = ["git", *(part for setting in _SETTINGS for part in ("-c", setting))]
        if home is not None:
            command.append(f"--git-dir={home}")
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as wrong, tempfile.TemporaryFile() as given:
            given.write(put)
            given.seek(0)
            started = subprocess.Popen(
                [*command, *words],
                stdin=given,
                stdout=said,
                stderr=wrong,
                env=self._environment,
                cwd=self._cache if self._cache.is_dir() else None,
                start_new_session=True,
                preexec_fn=_limit,
            )
            try:
                code = started.wait(self._seconds)
            except subprocess.TimeoutExpired:
                raise _Failed(f"it took longer than {self._seconds:.0f} s") from None
            finally:
                _stop(started)
            if code == -signal.SIGXFSZ:
                raise Refused(
                    f"git gives more than {_MAX_FETCHED // 1_000_000} MB for it", "a register needs far less"
                )
            if code:
                wrong.seek(0)
                raise _Failed(_told(wrong.read(20_000)) or f"it ended with {code}")
            said.seek(0)
            return said.read()


def _protocols(included: Included) -> tuple[str, ...]:
    """The one kind of address that is let through."""
    if not included.is_remote:
        return ("-c", "protocol.file.allow=always")
    protocol = "https" if included.at.startswith("https:") else "ssh"
    return ("-c", f"protocol.{protocol}.allow=always")


def _limit() -> None:
    """Bounds what git, and whatever it starts, may write and take."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FETCHED, _MAX_FETCHED))
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))


def _stop(started: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()


def _told(wrong: bytes) -> str:
    """The line in which git says what went wrong, made harmless, without the name of a user in an address."""
    lines = [line.strip() for line in wrong.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))]
    line = (telling or lines or [""])[0]
    line = line.removeprefix("fatal: ").removeprefix("error: ").rstrip(".")
    return plain(re.sub(r"//[^/@\s]*@", "//", line), 200)


def _entries(listed: bytes) -> Iterable[_Entry]:
    for line in listed.split(b"\0"):
        if line:
            head, _, path = line.partition(b"\t")
            mode, _, object, size = head.decode("ascii").split()
            yield _Entry(mode, object, int(size) if size.isdigit() else 0, path.decode("utf-8", "surrogateescape"))


def _name(tree: str, entry: _Entry) -> str:
    """The name that an entry is read under; empty: none of the register's. ``Mistake``: not to be read."""
    parts = entry.path.split("/")
    if any(part.startswith(".") for part in parts):
        return ""
    is_yaml = entry.path.endswith(ENDINGS)
    if entry.mode == "160000":
        hint = "include what is in it as a tree of its own, or name another path"
        raise Mistake(named(tree, entry.path), 1, "a submodule, in which nothing is read", hint)
    if entry.mode == "120000":
        if is_yaml or "." not in parts[-1]:
            hint = "copy what it leads to into the tree"
            raise Mistake(named(tree, entry.path), 1, "a link, which is not followed", hint)
        return ""
    if not is_yaml:
        return ""
    name = named(tree, entry.path)
    if entry.size > MAX_BYTES:
        raise Mistake(
            name, 1, f"larger than {MAX_BYTES // 1_000_000} MB", "split it: all files of a directory count"
        )
    return name


__all__ = ["Git"]

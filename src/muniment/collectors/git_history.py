"""Reads when people last committed out of local clones, whoever made these: nothing in a clone is run or believed.

Git never sees the clone's configuration: it works in an empty repository of its own, which borrows the clone's
objects, and is given the tips of the branches that this module read. So no hook, filter, pager, program or promise
of the clone's has a say, nothing is fetched, and nothing is written to it.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct

from muniment.collectors.addresses import Addresses
from muniment.collectors.reading import Missed, Source, gathered, said
from muniment.evidence.commit_claim import CommitClaim
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import Evidence
from muniment.model import asset as assets
from muniment.model.observation import Batch, Outcome, Vantage
from muniment.ports import Io, Planned, Raw

PARSER = "git-history/1"
SOURCE = "git"
VANTAGE: Vantage = frozenset({"git:clone"})
SECONDS = 120.0

_MOST_REFS = 50_000
_LARGEST = 64_000_000
_MAX_MEMORY = 4_000_000_000
_OBJECT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NOREPLY = re.compile(r"(?:(\d+)\+)?([a-z0-9-]+)@users\.noreply\.github\.com")
_SETTINGS = (
    "core.commitGraph=false",  # its dates are another file's word
    "core.multiPackIndex=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
)


class GitHistory:
    """What makes the batches of clones acceptable to a run; it asks nobody by itself."""

    source = SOURCE
    families: tuple[str, ...] = (assets.GITHUB_REPO,)
    asks: tuple[str, ...] = ()
    yields: tuple[type[Evidence], ...] = (CommitClaim,)
    rationed = False
    rank = 1

    def requests(self, scope: str) -> Iterable[Planned]:
        """Nothing: clones are read where they lie."""
        return ()

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Nothing."""
        return Raw(scope, ())

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Nothing was asked."""
        return ()


def collector(addresses: Addresses) -> GitHistory:
    """The source of what ``read`` gives."""
    return GitHistory()


class Commit(Struct, frozen=True):
    """What a commit says of itself: the committer's address, and when (UTC)."""

    mail: str
    at: datetime


def committers(parties: Iterable[DeclaredParty]) -> Mapping[str, str]:
    """The handle by address, in small letters, of those addresses that are one person's alone.

    GitHub's own (``4711+ada@users.noreply.github.com``) are there as ``github-id:4711`` and ``github:ada``.
    """
    found: dict[str, set[str]] = {}
    for party in parties:
        if party.bot:
            continue
        places = {"email": "", "github": "github:"}
        keys = [places[a.place] + a.login.lower() for a in party.accounts if a.place in places]
        keys += [f"github-id:{party.github_id}"] if party.github_id is not None else []
        for key in keys:
            found.setdefault(key, set()).add(party.handle)
    return {key: handles.pop() for key, handles in found.items() if len(handles) == 1}


def handle_of(mail: str, known: Mapping[str, str]) -> str:
    """Whose an address is; empty: nobody's in the register. A number tells more than the name beside it."""
    address = mail.lower()
    noreply = _NOREPLY.fullmatch(address)
    if noreply is None:
        return known.get(address, "")
    number, login = noreply.groups()
    return known.get(f"github-id:{number}" if number else f"github:{login}", "")


def clones(folder: Path) -> Iterator[tuple[str, Path]]:
    """The clones under a folder, as ``OWNER/NAME`` or ``OWNER/NAME.git``: their place says whose they are."""
    for owner in sorted(p for p in folder.iterdir() if p.is_dir() and not p.is_symlink()):
        for place in sorted(p for p in owner.iterdir() if p.is_dir() and not p.is_symlink()):
            yield f"{assets.GITHUB_REPO}/{owner.name}/{place.name.removesuffix('.git')}".lower(), place


def read(scope: str, clone: Path, known: Mapping[str, str], *, now: datetime, seconds: float = SECONDS) -> Batch:
    """When each person of the register last committed to a clone, by the commits' own word."""
    source = Source(SOURCE, VANTAGE, PARSER)
    try:
        found, short = _history(clone, seconds)
        months = _months(found, known, now)
    except _Unread as why:
        missed = Missed(why.outcome, said(str(why)))
        return gathered(source, scope, CommitClaim, now, missed)
    except OSError as error:
        why_not = f"the clone cannot be read: {error.strerror}"
        return gathered(source, scope, CommitClaim, now, Missed(Outcome.UNREACHABLE, said(why_not)))
    facts = [CommitClaim(handle=handle, month=month) for handle, month in months.items()]
    return gathered(source, scope, CommitClaim, now, facts, partial=short)


def _months(found: Iterable[Commit], known: Mapping[str, str], now: datetime) -> Mapping[str, date]:
    months: dict[str, date] = {}
    for commit in found:
        handle = handle_of(commit.mail, known)
        if handle and commit.at <= now:
            month = commit.at.date().replace(day=1)
            months[handle] = max(month, months.get(handle, month))
    return months


class _Unread(Exception):
    """Why a clone gives nothing."""

    def __init__(self, why: str, outcome: Outcome = Outcome.UNREADABLE) -> None:
        super().__init__(why)
        self.outcome = outcome


def _history(clone: Path, seconds: float) -> tuple[list[Commit], str]:
    """The commits of all branches; and why they are not all there are, or empty."""
    inside = clone / ".git" if os.path.lexists(clone / ".git") else clone
    objects = inside / "objects"  # another link may stand in it: of what it leads to, dates alone are read
    if inside.is_symlink() or not inside.is_dir() or objects.is_symlink() or not objects.is_dir():
        raise _Unread("this is no clone of its own: a worktree, a submodule, a link or another folder")
    tips = _tips(inside)
    shallow = _bounded(inside / "shallow") if (inside / "shallow").is_file() else b""
    cut = [line for line in shallow.split() if _OBJECT.fullmatch(line)]
    listed = _listed(objects, tips, cut, seconds)
    return list(_commits(listed)), "the clone is shallow: older commits are not in it" if cut else ""


def _tips(inside: Path) -> list[bytes]:
    """The objects that branches and remote branches stand at; tags and what a tool keeps beside are left out."""
    if (inside / "reftable").exists():
        raise _Unread("its branches are kept in a form that is not read (reftable)")
    found: set[bytes] = set()
    for line in _bounded(inside / "packed-refs").splitlines():
        object, _, name = line.partition(b" ")
        if name.startswith((b"refs/heads/", b"refs/remotes/")) and _OBJECT.fullmatch(object):
            found.add(object)
    for kind in ("heads", "remotes"):
        top = inside / "refs" / kind
        if top.is_symlink() or top.parent.is_symlink():
            continue
        for folder, folders, names in os.walk(top, followlinks=False):
            folders.sort()
            for file in sorted(names):
                own = Path(folder) / file
                if own.is_symlink() or len(found) > _MOST_REFS:
                    continue
                content = _bounded(own, 100).strip()
                if _OBJECT.fullmatch(content):
                    found.add(content)
    head = _bounded(inside / "HEAD", 1000).strip()
    if _OBJECT.fullmatch(head):
        found.add(head)
    if len(found) > _MOST_REFS:
        raise _Unread(f"it has more than {_MOST_REFS} branches")
    return sorted(found)


def _bounded(file: Path, most: int = _LARGEST) -> bytes:
    """A file's beginning; empty where there is none, or where it is a link."""
    if file.is_symlink() or not file.is_file():
        return b""
    with file.open("rb") as opened:
        return opened.read(most)


def _listed(objects: Path, tips: list[bytes], cut: list[bytes], seconds: float) -> bytes:
    """Each commit's address and date, as git gives them, out of a repository of our own."""
    if not tips:
        return b""
    form = "sha256" if len(tips[0]) == 64 else "sha1"
    with tempfile.TemporaryDirectory(prefix="muniment-") as place:
        own = Path(place) / "own"
        _git(None, seconds, "init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(own))
        (own / "objects" / "info").mkdir(exist_ok=True)
        borrowed = os.fsencode(objects.resolve())
        if b"\n" in borrowed:
            raise _Unread("the name of its folder cannot be written down for git")
        (own / "objects" / "info" / "alternates").write_bytes(borrowed + b"\n")
        if cut:
            (own / "shallow").write_bytes(b"".join(line + b"\n" for line in cut))
        return _git(
            own,
            seconds,
            *("rev-list", "--no-commit-header", "--format=%ct%x00%ce", "--stdin"),
            put=b"".join(tip + b"\n" for tip in tips),
        )


def _commits(listed: bytes) -> Iterator[Commit]:
    for line in listed.split(b"\n"):
        stamp, _, mail = line.partition(b"\0")
        if not stamp.isdigit() or len(stamp) > 11:
            continue  # a date before 1970, or one beyond what can be written
        yield Commit(mail.decode("utf-8", "replace"), datetime.fromtimestamp(int(stamp), UTC))


def _git(home: Path | None, seconds: float, *words: str, put: bytes = b"") -> bytes:
    """What git writes. After a while it is stopped, with all that it started."""
    command = ["git", "--no-pager", "--no-optional-locks", "--no-replace-objects"]
    command += [part for setting in _SETTINGS for part in ("-c", setting)]
    command += [f"--git-dir={home}"] if home is not None else []
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as wrong:
        given.write(put)
        given.seek(0)
        try:
            started = subprocess.Popen(
                [*command, *words],
                stdin=given,
                stdout=told,
                stderr=wrong,
                env=_ENVIRONMENT | {"PATH": os.environ.get("PATH", os.defpath)},
                start_new_session=True,
                preexec_fn=_limit,
            )
        except FileNotFoundError:
            raise _Unread("git is not installed here", Outcome.UNREACHABLE) from None
        try:
            code = started.wait(seconds)
        except subprocess.TimeoutExpired:
            raise _Unread(f"git took longer than {seconds:.0f} s", Outcome.UNREACHABLE) from None
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(started.pid, signal.SIGKILL)
            started.wait()
        if code:
            wrong.seek(0)
            raise _Unread(f"git cannot read it: {_first(wrong.read(2000))}")
        told.seek(0)
        return told.read()


_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "HOME": os.devnull,
    "LC_ALL": "C",
}


def _limit() -> None:
    """Bounds what git may write and take."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))


def _first(wrong: bytes) -> str:
    """The line in which git says what is wrong, without the place of the clone on this machine."""
    lines = wrong.decode("utf-8", "replace").splitlines()
    told = next((line for line in lines if line.startswith(("fatal:", "error:"))), "it ended with an error")
    return re.sub(r"'?/\S*", "…", told.partition(": ")[2] or told)

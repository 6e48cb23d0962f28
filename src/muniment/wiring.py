"""Brings adapters and ports together: the only place that knows both."""

from __future__ import annotations

import gc
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.assess import end_of
from muniment.app.collect import Part
from muniment.app.main_job import Declared
from muniment.checks.declaration import Check, checks
from muniment.evidence.bundle import rewrite
from muniment.model.errors import BundleError, Mistake, NothingCollected, RegisterError, UsageError
from muniment.model.tlp import join
from muniment.ports import Collector, Io, Store

if TYPE_CHECKING:
    from muniment.app.sync import Synced
    from muniment.collectors.addresses import Addresses
    from muniment.collectors.meter import Meter, Use
    from muniment.evidence.bundle import Bundle
    from muniment.evidence.forgetting import Erasure
    from muniment.model.observation import Batch
    from muniment.model.tlp import Audience, Marking
    from muniment.publish.pieces import View
    from muniment.register.discovering.seen import OnList
    from muniment.register.governance.founding import Founding
    from muniment.register.inventory import Inventory
    from muniment.register.reading import Register
    from muniment.register.trees import Tree


NOTHING_ELSE: Mapping[str, str] = MappingProxyType({})


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


def code_version() -> str:
    """This program's version, as runs and bundles state it."""
    return f"muniment {version('muniment')}"


def all_checks() -> Mapping[str, Check]:
    """Every check that is installed."""
    return checks()


def read_register(path: Path, *, fetch: bool = False, instead: Mapping[str, str] = NOTHING_ELSE) -> Register:
    """The register at a path; ``RegisterError`` with every mistake in it.

    Trees that lie in git are read from what was fetched before; with ``fetch`` what is missing is fetched.
    ``instead`` are texts that are read in place of files, by their names.
    """
    from muniment.register.reading import read
    from muniment.stores.git import Git

    if not path.exists():
        raise UsageError(f"there is no register at {path}", hint=f"muniment init {path}")
    aliases = {alias: c.id for c in checks().values() for alias in c.aliases}
    git = Git(cache_directory("trees"), os.environ, fetch=fetch)
    return read(path, checks=frozenset(checks()), aliases=aliases, open=git.open, instead=instead)


def cache_directory(name: str) -> Path:
    """Where this machine keeps what can be fetched again: the platform's convention."""
    if sys.platform == "darwin":
        home = Path.home() / "Library" / "Caches"
    else:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "muniment" / name


def read_register_with(path: Path, file: Path, text: str) -> Register:
    """The register as it would read with one file's text changed; nothing is written to it."""
    from muniment.register.files import is_read

    name = file.relative_to(path.resolve()).as_posix() if path.is_dir() else path.name
    register = read_register(path, instead={name: text})
    if not is_read(name) or name not in register.files:
        raise UsageError(f"{name} is no file that a register reads", hint="name it something.yaml")
    return register


def founded(name: str, files: Sequence[Path], ruled: Sequence[str] = ()) -> Founding:
    """The first files of a register out of governance documents; ``GovernanceError`` with every mistake in them.

    ``ruled`` are organizations that get a rule elsewhere.
    """
    from muniment.register.files import opened
    from muniment.register.governance.founding import founded
    from muniment.register.governance.reading import understand

    texts, mistakes = opened(files)
    return founded(understand(texts, mistakes), name, SystemClock().now().date(), ruled)


def on_lists(files: Sequence[Path]) -> tuple[OnList, ...]:
    """What stands on lists that people keep; ``RegisterError`` with every mistake in them."""
    from muniment.register.discovering.lists import on_lists
    from muniment.register.files import opened

    return on_lists(*opened(files), package_at) if files else ()


def package_at(address: str) -> str:
    """The asset id of the package that an address at a public registry, or a package URL, names; empty: none."""
    from packageurl import PackageURL
    from packageurl.contrib.url2purl import get_purl

    purl_of: Callable[[str], PackageURL | None] = get_purl  # the library is untyped
    try:
        found = PackageURL.from_string(address) if address.startswith("pkg:") else purl_of(address)
    except ValueError:
        return ""
    if found is None:
        return ""
    path = f"{found.namespace}/{found.name}" if found.namespace else found.name
    prefix = {"pypi": "pypi:", "npm": "npm:", "github": "github:repo/"}.get(found.type, "")
    at_forge = found.type == "github" and not address.startswith("pkg:")
    return prefix + path if prefix and not at_forge else ""


def waivers_file(path: Path) -> Path:
    """The register's file that holds waivers already, else ``waivers.yaml`` beside the others."""
    return file_with(path, "waivers", "waivers.yaml")


@contextmanager
def at_one_go() -> Iterator[None]:
    """Let no memory be searched for cycles meanwhile: among a million values that takes longer than the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def file_with(path: Path, section: str, otherwise: str) -> Path:
    """The file of a register's own tree that has a section already, else one of that name beside the others."""
    if not path.is_dir():
        return path
    key = re.compile(rf"^{section}:", re.MULTILINE)
    holding = [text.name for text in read_register(path).trees[0].texts if key.search(text.text)]
    return path / (holding[0] if holding else otherwise)


def judging(register: Register) -> Callable[[Mapping[str, str]], Sequence[Mistake]]:
    """What would be wrong with a register, were some of its files other texts."""
    from muniment.register.trying import mistakes_with

    known = frozenset(checks())
    aliases = {alias: c.id for c in checks().values() for alias in c.aliases}
    return lambda changed: mistakes_with(register, changed, known, aliases)


def patches(folder: Path, synced: Synced) -> tuple[tuple[tuple[Path, Marking], ...], tuple[Path, ...]]:
    """Write a patch for each tree into a folder: what was written, with its marking, and which older ones went.

    Only files that begin as our patches of this project do are replaced or removed. What is not for everybody is
    for its user's eyes alone.
    """
    from muniment.app.sync import telling
    from muniment.model.tlp import CLEAR

    folder.mkdir(parents=True, exist_ok=True)
    head = telling.head_of(synced.project)
    names = telling.file_names(synced.trees)
    texts = {names[tree.name]: (tree, telling.patch(synced, tree)) for tree in synced.trees}
    for name, (_, text) in texts.items():
        there = folder / name
        if text and (there.exists() or there.is_symlink()) and not (there.is_file() and _begins(there, head)):
            raise UsageError(f"{folder / name} is there and is no patch of ours", hint="name another directory")
    written: list[tuple[Path, Marking]] = []
    for name, (tree, text) in texts.items():
        if text:
            marking = telling.marking_of(tree, telling.of_tree(synced, tree))
            _put(folder / name, text, 0o644 if marking == CLEAR else 0o600)
            written.append((folder / name, marking))
    kept = {path for path, _ in written}
    there_already = [p for p in sorted(folder.glob("*.patch")) if p not in kept and p.is_file()]
    stale = [p for p in there_already if not p.is_symlink() and _begins(p, head)]
    for path in stale:
        path.unlink()
    return tuple(written), tuple(stale)


def _begins(path: Path, head: str) -> bool:
    with path.open("rb") as opened_file:
        return opened_file.read(len(head.encode())) == head.encode()


def _put(path: Path, text: str, mode: int) -> None:
    """Put a file in its place at once, never open to more people than it is for."""
    made, name = tempfile.mkstemp(dir=path.parent, prefix=".muniment-")
    try:
        with os.fdopen(made, "wb") as out:
            out.write(text.encode("utf-8"))
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def organizations(names: Sequence[str]) -> tuple[str, ...]:
    """The asset ids of organizations on GitHub that somebody named, as ``NAME`` or ``github:org/NAME``."""
    from muniment.model.asset import GITHUB_ORG, canonical

    assets = []
    for name in names:
        try:
            assets.append(canonical(f"{GITHUB_ORG}/{name.removeprefix(f'{GITHUB_ORG}/')}"))
        except UsageError as error:
            raise UsageError(
                f"{name!r} is not the name of an organization on GitHub", hint="the name alone: --org NAME"
            ) from error
    return tuple(assets)


def _register_or_none(path: Path, named: Sequence[str]) -> Register | None:
    """The register at a path, or none if organizations were named and the path is but where somebody stands."""
    try:
        return read_register(path)
    except (RegisterError, UsageError):
        if not named or path != Path():
            raise
        return None


def inventory_of(path: Path, named: Sequence[str]) -> Inventory:
    """What the register at a path declares, and organizations that were named without being in it.

    Somebody who names organizations needs no register: the directory they happen to stand in need not be one.
    """
    from muniment.app.hand_over import with_organizations

    register = _register_or_none(path, named)
    return with_organizations(register.evidence if register is not None else (), named)


def marking_of(path: Path, named: Sequence[str]) -> Marking:
    """The marking of the register that ``inventory_of`` reads; without a register nothing of one is shown."""
    from muniment.model.tlp import CLEAR

    register = _register_or_none(path, named)
    return register.whole if register is not None else CLEAR


def database_url(register: Path, db: str | None) -> str:
    """The database a command works on: as given, else beside the register."""
    if db:
        return db
    home = register if register.is_dir() else register.parent
    return str(home / "muniment.sqlite")


@contextmanager
def opened(register: Path, db: str | None, *, create: bool = False) -> Iterator[Store]:
    """The store, closed at the end. Without ``create`` a missing database is a usage error."""
    from muniment.stores.opening import open_store

    url = database_url(register, db)
    if not create and "://" not in url and not Path(url).exists():
        raise NoDatabase(
            f"there is no database at {url} yet", hint=f"muniment run {register}, or name the register's directory"
        )
    store = open_store(url, create=create)
    try:
        yield store
    finally:
        store.close()


def with_found(register: Path, db: str | None, inventory: Inventory) -> Inventory:
    """An inventory with what its rules find in the database, if there is one yet."""
    from muniment.app.dossiers import resolved

    try:
        with opened(register, db) as store:
            return resolved(store, inventory)
    except NoDatabase:
        return inventory


def holder() -> str:
    """Who holds a lease: host, process and a word of its own, so that a dead holder can be told."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def register_commit(path: Path, register: Register) -> str:
    """The commits of the git trees that the register lies in: the first one's, then each included tree's by name.

    Empty outside git, ``+`` with changes that are not committed. Of a directory that is more closed than the first
    tree nothing is told: its commit is not the register's to tell.
    """
    told = [_commit(path if path.is_dir() else path.parent)]
    for tree in register.trees[1:]:
        commit = tree.commit[:12]
        if tree.root is not None and join(tree.marking, register.marking) == register.marking:
            commit = _commit(tree.root)
        told += [f"{tree.name} {commit}"] if commit else []
    return ", ".join(filter(None, told))


def _commit(home: Path) -> str:
    try:
        head = _git(home, "rev-parse", "--short=12", "HEAD")
        dirty = _git(home, "status", "--porcelain", "--", ".")
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return ""
    return f"{head}+" if dirty else head


def _git(home: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(home), *words], check=True, capture_output=True, text=True, timeout=30)
    return done.stdout.strip()


class NoDatabase(UsageError):
    """Nothing was collected here yet."""


class Sources(Struct, frozen=True):
    """The collectors, the way to ask for each, the addresses they use, and what asking has cost so far."""

    collectors: tuple[Collector, ...]
    io: Callable[[Collector], Io]
    addresses: Addresses
    meter: Meter


def sources(*, offline: bool, store: Store | None = None) -> Sources:
    """The collectors that are installed, asking over the network, or answering "offline".

    With a store, answers are remembered there for conditional requests. GitHub's credentials are those of this
    machine; collectors get their names.
    """
    from muniment.collectors.addresses import configured
    from muniment.collectors.credentials import ring, system_keyring
    from muniment.collectors.finding import collectors
    from muniment.collectors.http import Offline, Web, trust
    from muniment.collectors.meter import Meter

    clock = SystemClock()
    credentials = ring(os.environ, Path.home(), system_keyring, clock.now)
    addresses = replace(configured(), keys=credentials.keys())
    io: Io
    if offline:
        io, meter = Offline(clock.now), Meter()
    else:
        io = Web(
            now=clock.now,
            jitter=random.random,
            authorization=addresses.authorization,
            recall=store.recall if store is not None else lambda url, credential: None,
            remember=store.remember if store is not None else lambda url, credential, at, headers, body: None,
            trust=trust(addresses.certificates),
            github=addresses.public.github,
            graphql=addresses.public.graphql,
            credentials=credentials,
        )
        meter = io.meter
    return Sources(collectors(addresses), lambda _: io, addresses, meter)


def costs(asking: Sources) -> tuple[str, ...]:
    """What asking has cost so far, a line for each source that was asked, GitHub first."""
    public = asking.addresses.public
    named = {
        urlsplit(place).netloc: name
        for name, place in (
            ("npm", public.npm),
            ("PyPI", public.simple),
            ("PyPI", public.pypi),
            ("GitHub", public.graphql),
            ("GitHub", public.github),
        )
    }
    uses: dict[str, Use] = {}
    for use in asking.meter.uses():
        name = named.get(use.host, use.host)
        uses[name] = uses[name] + use if name in uses else use
    return tuple(_cost(name, uses[name]) for name in sorted(uses, key=lambda name: (name != "GitHub", name)))


def _cost(name: str, use: Use) -> str:
    line = f"{name}: {use.requests} request{'s' * (use.requests != 1)}, {use.not_modified} unchanged"
    if name != "GitHub":
        return line
    return f"{line}, {use.points} points; GraphQL {use.graphql_points} points"


def tree_line(tree: Tree) -> str:
    """A tree of a register in a line: its name, who keeps it, its marking, where it lies, and how much was read."""
    name = f"the tree {tree.name}" if tree.name else "the tree read first"
    keeper = f"kept by {tree.owner or 'the council'}"
    place = f"{tree.kind} at {tree.commit[:12]}" if tree.commit else tree.kind
    files = "not read" if tree.unread else f"{len(tree.texts)} file{'s' * (len(tree.texts) != 1)}"
    return f"{name}: {keeper}, {tree.marking.label}, {place}, {files}"


def unread_lines(register: Register) -> tuple[str, ...]:
    """What is said of trees that could not be read."""
    return tuple(
        f"The tree {tree.name} could not be read: {tree.unread}. What it declared before stays believed; what it "
        "declares now is Unknown."
        for tree in register.unread
    )


def declared(path: Path, register: Register) -> Declared:
    """A register as the main job takes it."""
    said = register.by_tree()
    parts = tuple(Part(t.name, t.marking, said[t.name], t.unread) for t in register.trees[1:])
    return Declared(register.project, said[""], register.marking, register_commit(path, register), parts)


def nothing(*, offline: bool, keyless: bool = False) -> NothingCollected:
    """The error of a run that has no evidence at all, and why."""
    if keyless and not offline:
        return NothingCollected(
            "no credential is here to ask with, and no evidence was kept",
            hint="muniment doctor says how to make one",
        )
    if offline:
        return NothingCollected(
            "nothing was asked, and no evidence was kept", hint="run without --offline or --live 0"
        )
    return NothingCollected("no source answered, and no evidence was kept", hint="muniment plan, then try again")


def bundles(register: Path, addresses: Addresses, now: datetime) -> list[Bundle]:
    """The recorded evidence beside a register: its folder ``evidence``."""
    folder = (register if register.is_dir() else register.parent) / "evidence"
    return [read_bundle(file, addresses, now) for file in sorted(folder.glob("*.jsonl*")) if file.is_file()]


def read_bundle(file: Path, addresses: Addresses, now: datetime) -> Bundle:
    """One bundle, its notes beginning with its name; ``BundleError`` names the file and the line that is wrong."""
    from muniment.evidence.bundle import LARGEST, read

    with file.open("rb") as opened_file:
        data = opened_file.read(LARGEST + 1)
    try:
        bundle = read(data, now=now, filled=addresses.filled)
    except BundleError as error:
        raise BundleError(f"{file}: {error.message}", hint=error.hint) from None
    return replace(bundle, notes=tuple(f"{file}: {note}" for note in bundle.notes))


def write_bundle(file: Path, batches: Sequence[Batch], addresses: Addresses, *, now: datetime) -> None:
    """Write a bundle for handing over; hosts are written as ``{pypi}`` and ``{npm}``."""
    from muniment.evidence.bundle import write

    file.write_bytes(
        write(batches, made=now, by=code_version(), templated=addresses.templated, compressed=file.suffix == ".gz")
    )


# ---------------------------------------------------------------- forgetting


def named_in_register(path: Path, erasure: Erasure) -> tuple[str, ...]:
    """The lines of a register that name a person, as ``FILE:LINE``: only people take those out."""
    return tuple(
        f"{text.name}:{number}"
        for tree in read_register(path).trees
        for text in tree.texts
        for number, line in enumerate(text.text.splitlines(), start=1)
        if erasure.found(line)
    )


def bundles_without(register: Path, erasure: Erasure) -> dict[Path, bytes]:
    """The recorded bundles beside a register that name a person, and what they become; nothing is written."""
    folder = (register if register.is_dir() else register.parent) / "evidence"
    changed: dict[Path, bytes] = {}
    for file in sorted(folder.glob("*.jsonl*")):
        if file.is_file():
            before = file.read_bytes()
            try:
                after = rewrite(before, erasure.line)
            except BundleError as error:
                raise BundleError(f"{file}: {error.message}", hint=error.hint) from None
            if after != before:
                changed[file] = after
    return changed


def replace_file(file: Path, data: bytes) -> None:
    """Put a file in another's place at once, with its mode: whoever looks finds the one or the other."""
    made, name = tempfile.mkstemp(dir=file.parent, prefix=".muniment-")
    try:
        with os.fdopen(made, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        shutil.copymode(file, name)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_page(file: Path, data: bytes, audience: Audience) -> None:
    """Put a page in place at once, with the mode it had; a new one for closed readers is its owner's alone."""
    from muniment.model.tlp import TLP

    there = file.resolve()  # a link stays a link
    if there.exists():
        replace_file(there, data)
        return
    mode = 0o600 if audience.level >= TLP.AMBER else 0o644
    with os.fdopen(os.open(there, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(data)


def outputs_naming(out: Path, erasure: Erasure) -> tuple[Path, ...]:
    """The files under a directory of pages that name a person; the next publication replaces them."""
    if not out.is_dir():
        return ()
    files = [file for file in sorted(out.rglob("*")) if file.is_file() and not file.is_symlink()]
    return tuple(file for file in files if erasure.found(file.read_bytes().decode(errors="replace")))


# ---------------------------------------------------------------- the day judged


class Moment(Struct, frozen=True):
    """When a command stands: ``at`` is the instant believed (``None``: now), ``now`` the one ages count from."""

    at: datetime | None
    now: datetime
    today: date
    elsewhere: bool


def moment(as_of: date | None, pretend_now: date | None, now: datetime) -> Moment:
    """Where ``--as-of`` and ``--pretend-now`` put a command; ``UsageError`` if both or the wrong way round."""
    if as_of and pretend_now:
        raise UsageError("--as-of looks back and --pretend-now ahead", hint="give one of them")
    if as_of:
        if as_of > now.date():
            raise UsageError(f"--as-of {as_of} is still to come", hint="--pretend-now looks ahead")
        at = min(end_of(as_of), now)
        return Moment(at, at, as_of, True)
    if pretend_now:
        if pretend_now < now.date():
            raise UsageError(f"--pretend-now {pretend_now} is past", hint="--as-of looks back")
        return Moment(None, end_of(pretend_now), pretend_now, True)
    return Moment(None, now, now.date(), False)


# ---------------------------------------------------------------- publishing


def site(view: View, audience: Audience) -> dict[str, bytes]:
    """Every file that the reporters make of a view for one audience, by path."""
    from muniment.publish.projection import project
    from muniment.reporters import finding

    return finding.site(project(view, audience))


class Shelf(Struct, frozen=True):
    """Where a project's publications go. Each directory belongs to one project and one kind of readers."""

    project: str

    def claim(self, places: Mapping[Path, Audience]) -> None:
        """Refuse directories that are not ours to write, before a run has done its work."""
        from muniment.reporters.directory import claim

        for place, audience in places.items():
            claim(place, self.project, audience)

    def put(self, place: Path, audience: Audience, files: Mapping[str, bytes]) -> int:
        """Write a publication and remove what the last one left there."""
        from muniment.reporters.directory import put

        return put(place, self.project, audience, files)

    def withdraw_others(self, out: Path, places: Mapping[Path, Audience]) -> None:
        """Remove the publications for subprojects that are no more."""
        from muniment.reporters.directory import withdraw

        for place in sorted((out / "amber").glob("*")):
            if place not in places:
                withdraw(place, self.project)

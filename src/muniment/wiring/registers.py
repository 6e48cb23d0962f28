"""Reads registers from the disk and from git, and says what their trees are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from muniment.app.declare import Part
from muniment.app.main_job import Declared
from muniment.checks.declaration import checks
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_rule import DeclaredRule
from muniment.model.asset import PROJECT, family
from muniment.model.errors import Mistake, RegisterError, UsageError
from muniment.model.tlp import join

if TYPE_CHECKING:
    from muniment.model.tlp import Marking
    from muniment.register.inventory import Inventory
    from muniment.register.reading import Register
    from muniment.register.trees import Tree


NOTHING_ELSE: Mapping[str, str] = MappingProxyType({})


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


def judging(register: Register) -> Callable[[Mapping[str, str]], Sequence[Mistake]]:
    """What would be wrong with a register, were some of its files other texts."""
    from muniment.register.trying import mistakes_with

    known = frozenset(checks())
    aliases = {alias: c.id for c in checks().values() for alias in c.aliases}
    return lambda changed: mistakes_with(register, changed, known, aliases)


def file_with(path: Path, section: str, otherwise: str) -> Path:
    """The file of a register's own tree that has a section already, else one of that name beside the others."""
    if not path.is_dir():
        return path
    key = re.compile(rf"^{section}:", re.MULTILINE)
    holding = [text.name for text in read_register(path).trees[0].texts if key.search(text.text)]
    return path / (holding[0] if holding else otherwise)


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


def empty_lines(path: Path, register: Register) -> tuple[str, ...]:
    """What is said of a register that declares nothing: that no finding is open is no good news then."""
    if register.unread or any(
        isinstance(said, DeclaredRule) or (isinstance(said, DeclaredAsset) and family(said.asset) != PROJECT)
        for said in register.evidence
    ):
        return ()
    return (
        "The register declares nothing yet, so nothing is looked at: write what the project owns under 'assets' "
        f"in a YAML file of {path if path != Path() else 'this directory'}.",
    )


def declared(path: Path, register: Register) -> Declared:
    """A register as the main job takes it."""
    said = register.by_tree()
    parts = tuple(Part(t.name, t.marking, said[t.name], t.unread) for t in register.trees[1:])
    return Declared(register.project, said[""], register.marking, register_commit(path, register), parts)


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

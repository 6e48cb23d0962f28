"""Says of which trees a register is made: the one read first, and those that it includes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from os.path import normpath
from pathlib import Path, PurePosixPath

from msgspec import Struct

from muniment.model.errors import Mistake
from muniment.model.tlp import TLP, Marking
from muniment.model.verdict import Where
from muniment.register.document import Mapping, Scalar
from muniment.register.files import Files, Refused, Text, Unread, load_tree
from muniment.register.format import IncludeEntry
from muniment.register.gathering import Gathered, Placed
from muniment.register.spelling import quoted

FIRST_ALONE = ("project", "policy", "subprojects", "include", "not-the-same")
"""What only the tree that is read first may say."""

_HOST = r"[A-Za-z0-9][A-Za-z0-9.-]*"
_REMOTE = re.compile(rf"(https|ssh)://([A-Za-z0-9._-]+@)?{_HOST}(:[0-9]+)?/\S+|[A-Za-z0-9._-]+@{_HOST}:[^:\s]\S*")


class Included(Struct, frozen=True):
    """A tree as ``include`` names it.

    ``kind`` is ``directory``, ``git`` or ``bundle``; ``at`` the directory, the repository's address or path, the
    bundle's file; ``within`` the directory in the commit (empty: all of it).
    """

    name: str
    owner: str
    marking: Marking
    kind: str
    at: str
    within: str
    commit: str
    where: Where

    @property
    def is_remote(self) -> bool:
        """True if reading it may take a network."""
        return self.kind == "git" and _REMOTE.fullmatch(self.at) is not None


class Tree(Struct, frozen=True):
    """A part of a register that lies together: the one read first (``name`` empty), or one that it includes.

    ``owner`` is the subproject that keeps it; empty: the council. ``texts`` are its files under the names that
    ``Where.file`` has. ``root`` is the directory in which they can be edited; ``None``: they lie in a commit.
    ``kind`` and ``commit`` are as in ``Included``. ``unread``: why it could not be read, and so has no texts.
    """

    name: str
    owner: str
    marking: Marking
    texts: tuple[Text, ...]
    root: Path | None
    kind: str = "directory"
    commit: str = ""
    unread: str = ""


Open = Callable[[Included], Files]
"""Reads a tree out of git. Raises ``Unread``, or ``Refused`` where there is nothing to wait for."""


def no_git(included: Included) -> Files:
    """Reads no tree out of git."""
    raise Unread("nothing here reads git")


def includes(gathered: Gathered, root: Path) -> tuple[list[Included], list[Mistake]]:
    """The trees that the first one includes, whose directory is ``root``, and what is wrong with naming them."""
    found: list[Included] = []
    mistakes: list[Mistake] = []
    first: dict[str, Where] = {}
    for place in gathered.section("include"):
        before = first.setdefault(place.key, place.where)
        if before is not place.where:
            hint = f"first at {before.file}:{before.line}"
            mistakes.append(
                Mistake(place.where.file, place.where.line, f"include › {place.key} stands twice", hint)
            )
            continue
        if not isinstance(place.node, Mapping) or any(_is_misshapen(place, key) for key in _PLACES):
            continue  # it is told of where the entry is read
        try:
            found.append(_included(place, place.entry, root))
        except Mistake as mistake:
            mistakes.append(mistake)
    kept, wrong = _apart(found, root)
    return kept, [*mistakes, *wrong]


NAMING_PEOPLE = (
    "parties",
    "teams",
    "waivers",
    "attestations",
    "credentials",
    "grants",
    "reviews",
    "declined-changes",
    "not-the-same",
)
"""The sections that no tree more open than AMBER may have."""
_PLACES = ("path", "git", "bundle", "commit")


def _is_misshapen(place: Placed, key: str) -> bool:
    """True if something is written under a key that does not have its shape."""
    node = place.node.get(key) if isinstance(place.node, Mapping) else None
    nothing = node is None or (isinstance(node, Scalar) and node.value is None)
    return not nothing and not getattr(place.entry, key)


def _included(place: Placed, entry: IncludeEntry, root: Path) -> Included:
    def wrong(key: str, said: str, hint: str) -> Mistake:
        return Mistake(place.where.file, place.line(key), f"include › {place.key}: {said}", hint)

    by = [key for key in ("git", "bundle") if getattr(entry, key)]
    if len(by) > 1:
        raise wrong("bundle", "both git and bundle", "one tree has one place: keep one of the two")
    if by and not entry.commit:
        raise wrong(by[0], f"{by[0]} without a commit", "write the commit that was reviewed: git rev-parse HEAD")
    if entry.commit and not by:
        raise wrong("commit", "a commit, and neither git nor bundle", "write git: and the repository that has it")
    if not by and not entry.path:
        raise wrong("path", "it says of no place", "write path, git with commit, or bundle with commit")
    marking = Marking(TLP.of(entry.marking or "red"))
    home = root.absolute() / PurePosixPath(place.where.file).parent

    def place_of(key: str, path: str) -> str:
        try:
            Path(at := normpath(home / path)).resolve()
        except (OSError, RuntimeError, ValueError):
            raise wrong(key, "no path can be like this", "write the path of something that is there") from None
        return at

    def made(kind: str, at: str, within: str) -> Included:
        return Included(place.key, entry.owner or "", marking, kind, at, within, entry.commit or "", place.where)

    if not by:
        return made("directory", place_of("path", entry.path or ""), "")
    within = "" if entry.path in (None, ".", "./") else normpath(entry.path or "")
    if within.startswith(("/", "../")) or within == ".." or not within.isprintable():
        raise wrong("path", f"{quoted(entry.path or '')} leads out of the commit", "name a directory in it")
    if by == ["bundle"]:
        return made("bundle", place_of("bundle", entry.bundle or ""), within)
    address = entry.git or ""
    if re.match(r"[a-z+]+://[^/@]*:[^/@]*@", address):
        raise wrong(
            "git", "a password in an address", "take it out, and change it: git's credential helper keeps it"
        )
    if _REMOTE.fullmatch(address):
        return made("git", address, within)
    if re.match(r"[A-Za-z0-9+.-]+::|[A-Za-z][A-Za-z0-9+.-]*://|[^/]*:", address):
        shape = "write https://HOST/PATH, ssh://HOST/PATH, USER@HOST:PATH, or a path"
        raise wrong("git", "an address of a kind that is not read", shape)
    return made("git", place_of("git", address), within)


def _apart(found: Iterable[Included], root: Path) -> tuple[list[Included], list[Mistake]]:
    """The trees without those that hold the register which includes them, and the mistakes of those and of
    directories that lie in one another.
    """
    there = root.resolve()
    kept: list[Included] = []
    mistakes: list[Mistake] = []
    earlier: list[tuple[Included, Path]] = []
    for tree in found:
        if tree.kind != "directory":
            kept.append(tree)
            continue
        own = Path(tree.at).resolve()
        said = f"include › {tree.name}: "
        if there.is_relative_to(own) or is_below(tree.where.file, root, (tree,)):
            said += "it leads back to the register that includes it"
            hint = "include other directories, not this one or one that holds it"
            mistakes.append(Mistake(tree.where.file, tree.where.line, said, hint))
            continue
        kept.append(tree)
        for other, place in earlier:
            if own.is_relative_to(place) or place.is_relative_to(own):
                hint = f"{other.name} stands at {other.where.file}:{other.where.line}; keep their directories apart"
                said += f"it shares files with {other.name}"
                mistakes.append(Mistake(tree.where.file, tree.where.line, said, hint))
                break
        earlier.append((tree, own))
    return kept, mistakes


def is_below(name: str, root: Path, trees: Iterable[Included]) -> bool:
    """True if the file ``name`` of the first tree belongs to one of the directories that it includes."""
    place = PurePosixPath(normpath(root.absolute() / name))
    return any(tree.kind == "directory" and place.is_relative_to(tree.at) for tree in trees)


def opened(included: Included, open: Open) -> tuple[Tree, tuple[Mistake, ...], bool]:
    """The tree, the mistakes in its files, and whether it is whole."""
    try:
        files = load_tree(Path(included.at), included.name) if included.kind == "directory" else open(included)
    except Unread as error:
        return _tree(included, None, str(error)), (), False
    except Refused as refused:
        said = f"include › {included.name}: {refused.said}"
        wrong = Mistake(included.where.file, included.where.line, said, refused.hint)
        return _tree(included, None, refused.said), (wrong,), False
    return _tree(included, files, ""), files.mistakes, not files.mistakes


def _tree(included: Included, files: Files | None, unread: str) -> Tree:
    return Tree(
        name=included.name,
        owner=included.owner,
        marking=included.marking,
        texts=files.texts if files is not None else (),
        root=files.root if files is not None and included.kind == "directory" else None,
        kind=included.kind,
        commit=included.commit,
        unread=unread,
    )


def misplaced(gathered: Gathered, trees: Iterable[Included], root: Path) -> Iterator[Mistake]:
    """What included trees say that only the first one may, or that is more closed than they are.

    What only the first tree may say is taken out of ``gathered``.
    """
    from_tree = {tree.name: tree for tree in trees}
    for section in FIRST_ALONE:
        kept: list[Placed] = []
        for place in gathered.section(section):
            if place.tree:
                yield _not_here(place, section, from_tree, root)
            else:
                kept.append(place)
        gathered.sections[section] = kept
    for section in NAMING_PEOPLE:
        for place in gathered.section(section):
            tree = from_tree.get(place.tree)
            if tree is not None and tree.marking.level < TLP.AMBER:
                yield _too_open(place, place.where.line, section, tree)
    for place in gathered.section("assets"):
        tree = from_tree.get(place.tree)
        if tree is not None and tree.marking.level < TLP.AMBER and place.writes("holders"):
            yield _too_open(place, place.line("holders"), "holders", tree)


def _too_open(place: Placed, line: int, what: str, tree: Included) -> Mistake:
    said = f"{what}: what names people is TLP:AMBER, and the tree {tree.name} is {tree.marking.label}"
    hint = f"move it to a tree of marking amber; {tree.name} is included at {tree.where.file}:{tree.where.line}"
    return Mistake(place.where.file, line, said, hint)


def _not_here(place: Placed, section: str, trees: dict[str, Included], root: Path) -> Mistake:
    own = trees[place.tree]
    there = f"{own.name} is included at {own.where.file}:{own.where.line}"
    if section != "include":
        said = f"{section}: the tree that is read first says this, for all"
        return Mistake(place.where.file, place.where.line, said, f"move it there; {there}")
    back = _leads_to(place, own, trees, root)
    said = f"include › {quoted(place.key)[1:-1]}: an included tree includes no other"
    if back:
        said += f", and this one leads back to {back}"
    return Mistake(place.where.file, place.where.line, said, f"include it in the tree that is read first; {there}")


def _leads_to(place: Placed, own: Included, trees: dict[str, Included], root: Path) -> str:
    """Which tree of the register an ``include`` in an included tree leads to, in words; empty: to none."""
    path = place.node.get("path") if isinstance(place.node, Mapping) else None
    if own.kind != "directory" or not isinstance(path, Scalar):
        return ""
    folder = PurePosixPath(place.where.file.partition(":")[2]).parent
    try:
        target = (Path(own.at) / folder / path.text).resolve()
    except (OSError, RuntimeError, ValueError):
        return ""
    if target == root.resolve():
        return "the register that includes it"
    others = (tree for tree in trees.values() if tree.kind == "directory")
    return next((f"the tree {tree.name}" for tree in others if target == Path(tree.at).resolve()), "")

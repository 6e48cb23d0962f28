"""Finds and opens the files of a register, and nothing outside it."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from muniment.model.errors import Mistake, UsageError
from muniment.model.text import plain

MAX_BYTES = 5_000_000
ENDINGS = (".yaml", ".yml")
MAX_FILES = 2_000
MAX_TOTAL = 50_000_000
_BOM = "\ufeff"


class Text(Struct, frozen=True):
    """A file's name within the register and its text, without a byte order mark; ``mark``: it began with one."""

    name: str
    text: str
    mark: bool = False


class Unread(Exception):
    """A tree that could not be read today, though it may be tomorrow: what it says is unknown, not gone."""


class Refused(Exception):
    """A tree that cannot be read as it is named: a mistake of whoever includes it."""

    def __init__(self, said: str, hint: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.hint = hint


class _Closed(Mistake):
    """A file that is there and cannot be opened."""


class Files(Struct, frozen=True):
    """The files of a register that could be read as text, by name, and what is wrong with the others."""

    root: Path
    texts: tuple[Text, ...]
    mistakes: tuple[Mistake, ...]


def load(path: Path) -> Files:
    """The YAML files of the directory ``path`` and those below it, or the one file that ``path`` is.

    Hidden files and directories are left out, links that lead out of the register are mistakes. ``UsageError``
    if there is nothing to read.
    """
    if path.is_file():
        found: list[Path] = [path.resolve()]
        root = found[0].parent
    elif path.is_dir():
        root = path
        try:
            found = _found(path)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}", hint="may you read it?") from None
    else:
        raise UsageError(
            f"there is no register at {path}", hint="name a directory of YAML files, or start one: init"
        )
    if not found:
        raise UsageError(f"{path} holds no *.yaml file", hint="start a register there: muniment init")
    try:
        texts, mistakes = _texts(found, root, "")
    except Refused as refused:
        raise UsageError(f"{path}: {refused.said}", hint=refused.hint) from None
    return Files(root, texts, mistakes)


def load_tree(path: Path, name: str) -> Files:
    """The YAML files of the directory ``path``, an included tree, each named ``NAME:PATH``.

    Raises ``Unread`` where the directory, or a file in it, is not there to be read, and ``Refused`` where it never
    will be.
    """
    try:
        if path.exists() and not path.is_dir():
            raise Refused("it names no directory", "name a directory of YAML files")
        if not path.is_dir():
            raise Unread("there is no such directory")
        found = _found(path)
        if not found:
            raise Unread("the directory holds no *.yaml file")
        texts, mistakes = _texts(found, path, name)
    except OSError as error:
        raise Unread(f"the directory cannot be read: {error.strerror}") from None
    for mistake in mistakes:
        if isinstance(mistake, _Closed):
            raise Unread(f"{mistake.file} {mistake.message}") from None
    return Files(path, texts, mistakes)


def bounded(number: int, size: int) -> None:
    """Refuse more files, or more bytes, than a tree of a register may have."""
    if number > MAX_FILES:
        raise Refused(f"it holds {number:,} YAML files", f"a tree of a register has at most {MAX_FILES:,}")
    if size > MAX_TOTAL:
        raise Refused(
            f"its YAML files are larger than {MAX_TOTAL // 1_000_000} MB together", "a register needs far less"
        )


def named(tree: str, path: str) -> str:
    """The name of a file of a tree, ``NAME:PATH`` or ``PATH``; ``Mistake`` where it holds what no name should."""
    name = f"{tree}:{path}" if tree else path
    harmless = plain(name.encode("utf-8", "replace").decode("utf-8"), 300)
    if harmless != name:
        raise Mistake(harmless, 1, "a control character in the file's name, or a name too long", "rename the file")
    return name


def is_read(name: str) -> bool:
    """True if a register reads files of such a name."""
    return name.endswith(ENDINGS) and not any(part.startswith(".") for part in name.split("/"))


def _found(path: Path) -> list[Path]:
    return sorted(_below(path, path.resolve()), key=lambda p: p.relative_to(path).as_posix())


def _texts(found: Sequence[Path], root: Path, tree: str) -> tuple[tuple[Text, ...], tuple[Mistake, ...]]:
    """The texts of files below ``root``, and what is wrong with the others."""
    bounded(len(found), 0)
    texts: list[Text] = []
    mistakes: list[Mistake] = []
    size = 0
    for file in found:
        try:
            name = named(tree, file.relative_to(root).as_posix())
            texts.append(_text(file, name, root.resolve()))
        except Mistake as mistake:
            mistakes.append(mistake)
            continue
        size += len(texts[-1].text)
        bounded(len(found), size)
    return tuple(texts), tuple(mistakes)


def opened(paths: Sequence[Path]) -> tuple[tuple[Text, ...], tuple[Mistake, ...]]:
    """The texts of files that somebody named, each under its own name (of two alike with their directories'), and
    what is wrong with the others.
    """
    texts: list[Text] = []
    mistakes: list[Mistake] = []
    for path in dict.fromkeys(paths):
        alike = sum(other.name == path.name for other in dict.fromkeys(paths)) > 1
        name = plain("/".join(path.parts[-2:]) if alike else path.name, 200)
        try:
            texts.append(_text(path, name, path.resolve().parent))
        except Mistake as mistake:
            mistakes.append(mistake)
    return tuple(texts), tuple(mistakes)


def _below(directory: Path, root: Path, depth: int = 0) -> Iterator[Path]:
    for entry in directory.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            if depth < 20:
                yield from _below(entry, root, depth + 1)
        elif entry.name.endswith(ENDINGS) or (entry.is_symlink() and entry.is_dir()):
            yield entry


def marked(name: str, text: str) -> Text:
    """A text as it stands in a file, with the byte order mark that it may begin with told apart."""
    return Text(name, text.removeprefix(_BOM), text.startswith(_BOM))


def _text(file: Path, name: str, root: Path) -> Text:
    try:
        if not file.resolve().is_relative_to(root):
            raise Mistake(
                name, 1, "a link that leads out of the register", "copy what it leads to into the register"
            )
        state = file.stat()
        if not stat.S_ISREG(state.st_mode):
            raise Mistake(
                name, 1, "not a plain file", "a register holds files, no links to directories and no devices"
            )
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as error:
        said = error.strerror if isinstance(error, OSError) else "a link that leads to itself"
        kind = Mistake if file.is_symlink() else _Closed
        raise kind(name, 1, f"cannot be read: {said}", "check that it exists and that you may read it") from None
    return decoded(content, name)


def decoded(content: bytes, name: str) -> Text:
    """A file's content as text; ``Mistake`` where it is too large or no text."""
    if len(content) > MAX_BYTES:
        raise Mistake(
            name, 1, f"larger than {MAX_BYTES // 1_000_000} MB", "split it: all files of a directory count"
        )
    try:
        return marked(name, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Mistake(name, line, "not UTF-8 text", "save the file with the encoding UTF-8") from None

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
_MAX_FILES = 2_000


class Text(Struct, frozen=True):
    """A file's name within the register and its text, without a byte order mark."""

    name: str
    text: str


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
        found = sorted(_below(path, path.resolve()), key=lambda p: p.relative_to(path).as_posix())
    else:
        raise UsageError(
            f"there is no register at {path}", hint="name a directory of YAML files, or start one: init"
        )
    if not found:
        raise UsageError(f"{path} holds no *.yaml file", hint="start a register there: muniment init")
    if len(found) > _MAX_FILES:
        raise UsageError(f"{path} holds {len(found):,} YAML files", hint=f"a register has at most {_MAX_FILES:,}")
    texts: list[Text] = []
    mistakes: list[Mistake] = []
    for file in found:
        name = file.relative_to(root).as_posix()
        try:
            texts.append(Text(name, _text(file, name, root.resolve())))
        except Mistake as mistake:
            mistakes.append(mistake)
    return Files(root, tuple(texts), tuple(mistakes))


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
            texts.append(Text(name, _text(path, name, path.resolve().parent)))
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


def _text(file: Path, name: str, root: Path) -> str:
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
        raise Mistake(name, 1, f"cannot be read: {said}", "check that it exists and that you may read it") from None
    if len(content) > MAX_BYTES:
        raise Mistake(
            name, 1, f"larger than {MAX_BYTES // 1_000_000} MB", "split it: all files of a directory count"
        )
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Mistake(name, line, "not UTF-8 text", "save the file with the encoding UTF-8") from None

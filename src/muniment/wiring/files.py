"""Puts files in their places: whole or not at all, and open to nobody whom they are not for."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.model.errors import UsageError

if TYPE_CHECKING:
    from muniment.app.sync import Synced
    from muniment.model.tlp import Audience, Marking


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

    there = Path(os.path.realpath(file))  # a link stays a link
    if there.exists():
        if not there.stat().st_mode & 0o222:
            raise PermissionError(errno.EACCES, "nobody may write it, and so it stays as it is", str(file))
        replace_file(there, data)
        return
    mode = 0o600 if audience.level >= TLP.AMBER else 0o644
    with os.fdopen(os.open(there, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(data)

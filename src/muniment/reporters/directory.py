"""Puts one publication into a directory and takes away what the last one left: nothing stale stays public."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import Struct

from muniment.model.errors import UsageError
from muniment.model.tlp import TLP, Audience
from muniment.publish.projection import label

MANIFEST = "muniment-files.json"
"""What a publication wrote; by it the next one knows what is its own to take away."""


class Manifest(Struct, frozen=True):
    """A publication's project, marking and files (paths below its directory)."""

    version: int
    project: str
    marking: str
    files: tuple[str, ...]


def claim(place: Path, project: str, audience: Audience) -> None:
    """Refuse a directory that is not ours to write: ``UsageError`` before anything is written.

    It must be missing, empty, or hold an earlier publication of the same project for the same readers. Otherwise
    pages for one kind of readers would lie among those for another.
    """
    for path in (place, *place.parents):
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file", hint="name a directory that is empty or new")
    for path in Path(os.path.realpath(place)).parents:  # it follows no links in a circle
        if (path / MANIFEST).is_file():
            raise UsageError(f"{place} lies in {path}, where pages for others are", hint="name another directory")
    old = held(place)
    if old is None:
        if place.is_dir() and any(p.name != _fresh(MANIFEST) for p in place.iterdir()):
            raise UsageError(
                f"{place} holds files that no publication left there", hint="name a directory that is empty or new"
            )
        return
    if (old.project, old.marking) != (_named(project, audience), label(audience)):
        whose = f" of {old.project}" if old.project else ""
        raise UsageError(
            f"{place} holds what was published as {old.marking}{whose}, not as {label(audience)} of {project}",
            hint="name another directory, or delete that one",
        )


def _named(project: str, audience: Audience) -> str:
    """The project as a manifest names it: among public files not at all, since a register may be closed."""
    return project if audience.level >= TLP.AMBER else ""


def _fresh(name: str) -> str:
    return f".{name}.new"


def held(place: Path) -> Manifest | None:
    """The manifest of the publication in a directory; ``None``: there is none."""
    try:
        data = (place / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError:
        raise UsageError(
            f"{place / MANIFEST} cannot be read, so it is not known what lies there", hint=f"delete {place}"
        ) from None


def put(place: Path, project: str, audience: Audience, files: Mapping[str, bytes]) -> int:
    """Write a publication; files of the last one that this one does not have are removed. Gives their number.

    Files that hold the same bytes already are left alone. From AMBER up only the owner of the files may read them.
    """
    claim(place, project, audience)
    closed = audience.level >= TLP.AMBER
    old = held(place)
    for name in sorted(set(old.files if old else ()) - set(files)):
        _remove(place, name)
    _folder(place, closed)
    manifest = Manifest(1, _named(project, audience), label(audience), tuple(sorted(files)))
    _write(place / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n", closed)
    for name, data in files.items():
        path = place / name
        _folder(path.parent, closed)
        _write(path, data, closed)
    return len(files)


def withdraw(place: Path, project: str) -> None:
    """Remove a project's publication from a directory that has no readers any more; others' are left alone."""
    old = held(place)
    if old is None or old.project != project:
        return
    for name in (*old.files, MANIFEST):
        _remove(place, name)


def _remove(place: Path, name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or "\0" in name or ".." in parts or PurePosixPath(name).is_absolute():
        return  # a manifest is a file that anybody may have edited
    path = place / name
    if not Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(place)):
        return  # a folder that somebody replaced by a link
    for own in (path, path.with_name(_fresh(path.name))):
        try:
            if own.is_file() or own.is_symlink():
                own.unlink()
        except (OSError, ValueError):
            return  # a name that no publication gave
    for folder in [path.parent, *path.parent.parents]:
        if not folder.is_relative_to(place) or not folder.is_dir() or any(folder.iterdir()):
            break
        folder.rmdir()


def _folder(path: Path, closed: bool) -> None:
    if not path.is_dir():
        path.mkdir(parents=True, mode=0o700 if closed else 0o755)


def _write(path: Path, data: bytes, closed: bool) -> None:
    if path.is_file() and path.read_bytes() == data:
        return
    mode = 0o600 if closed else 0o644
    fresh = path.with_name(_fresh(path.name))
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # a full disk does not say which
    fresh.replace(path)

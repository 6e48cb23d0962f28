"""Amends a file of the register: the change is shown, and written where that is asked for."""

from __future__ import annotations

from pathlib import Path


def written(register: Path, path: Path, after: str, *, apply: bool, then: str = "") -> None:
    """Show the change of a file of the register, and with ``--apply`` write it; the register is read with it.

    ``then`` is what follows from it, said once it is written.
    """
    from muniment import wiring
    from muniment.cli.telling import difference, say

    before = text_of(path)
    wiring.read_register_with(register, path, after)
    difference(path.name, before, after)
    if not apply:
        say("Nothing was written. Add --apply to write it, then commit it for review.")
        return
    path.write_bytes(after.encode("utf-8"))
    say(f"Written to {path}. {then}".rstrip())


def file_of(register: Path, file: Path | None, section: str) -> Path:
    """The file of the register that a section is written to; ``UsageError`` if one is named that is not in it."""
    from muniment import wiring
    from muniment.model.errors import UsageError

    home = register if register.is_dir() else register.parent
    path = (home / file if file else wiring.file_with(register, section, f"{section}.yaml")).resolve()
    if not path.is_relative_to(home.resolve()) or not path.parent.is_dir():
        raise UsageError(f"{file} is not in the register {home}", hint="--file names a file of the register")
    return path


def text_of(path: Path) -> str:
    """A file's text as it is; empty if there is none yet."""
    return path.read_bytes().decode("utf-8") if path.exists() else ""

"""Where else a person is named who is to be forgotten: the register, recorded evidence, pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from muniment.evidence.bundle import rewrite
from muniment.model.errors import BundleError
from muniment.wiring.registers import read_register

if TYPE_CHECKING:
    from muniment.evidence.forgetting import Erasure


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


def outputs_naming(out: Path, erasure: Erasure) -> tuple[Path, ...]:
    """The files under a directory of pages that name a person; the next publication replaces them."""
    if not out.is_dir():
        return ()
    files = [file for file in sorted(out.rglob("*")) if file.is_file() and not file.is_symlink()]
    return tuple(file for file in files if erasure.found(file.read_bytes().decode(errors="replace")))

"""Recorded evidence as files: read beside a register, written to be handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from muniment.model.errors import BundleError
from muniment.wiring.installed import code_version

if TYPE_CHECKING:
    from muniment.collectors.addresses import Addresses
    from muniment.evidence.bundle import Bundle
    from muniment.model.observation import Batch


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

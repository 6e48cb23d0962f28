"""Local clones as recorded evidence: read where they lie, for the people that the register knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from muniment.evidence.bundle import Bundle
from muniment.evidence.kind import Evidence
from muniment.model.errors import UsageError
from muniment.model.tlp import TLP, Marking
from muniment.register.inventory import Inventory
from muniment.wiring.installed import code_version


def read_clones(folder: Path, declared: Iterable[Evidence], known: Iterable[str], *, now: datetime) -> Bundle:
    """When people last committed, by each clone ``OWNER/NAME`` under a folder of a repository that is known.

    Raises:
        UsageError: there is no clone of such a repository: then nothing was read, which is no silence of anybody's.
    """
    from muniment.collectors.git_history import clones, committers, read

    inventory = Inventory.of(declared)
    people = committers(inventory.parties.values())
    wanted = frozenset(known)
    found = list(clones(folder))
    batches = tuple(read(asset, place, people, now=now) for asset, place in found if asset in wanted)
    if not batches:
        raise UsageError(
            f"{folder} holds no clone of a repository that is known here", hint="clones lie at FOLDER/OWNER/NAME"
        )
    strange = len(found) - len(batches)
    notes = (f"left out, under {folder}: {strange} of no repository that is known here",) if strange else ()
    return Bundle(now, code_version(), Marking(TLP.AMBER), batches, notes)

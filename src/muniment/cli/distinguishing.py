"""Writes into the register that two accounts which look like one person's are two."""

from __future__ import annotations

from datetime import date
from pathlib import Path


def distinguish(
    register: Path, db: str | None, wish: str, *, by: str, reason: str, until: date | None, apply: bool
) -> None:
    """Show the entry for a proposal, with the signs that are known today, and write it if that is wanted."""
    from muniment import wiring
    from muniment.app.sync import same, sync
    from muniment.app.sync.placing import holds
    from muniment.cli.amending import file_of, text_of, written
    from muniment.evidence.declared_distinction import DeclaredDistinction
    from muniment.model.errors import UsageError
    from muniment.register.editing import NOT_THE_SAME, add_distinction

    now = wiring.SystemClock().now()
    if until is not None and until < now.date():
        raise UsageError(f"--until {until} is past", hint="it holds through a day to come; without it, without end")
    with wiring.at_one_go(), wiring.opened(register, db) as store:
        declared = wiring.read_register(register)
        (may,) = same.named(sync(store, declared, lambda texts: (), now=now).proposals, (wish,))
    evidence, tree = same.evidence_of(may, declared), declared.trees[0].marking
    if not holds(declared.trees[0], evidence):
        raise UsageError(
            f"what shows it is {evidence.label}, and the register's own tree is {tree.label}",
            hint="raise the marking of that tree if few may read it; else write what may stand there by hand",
        )
    one, other = sorted((may.one, may.other))
    said = DeclaredDistinction(
        one=one,
        other=other,
        by=by,
        reason=reason,
        signs=tuple(sorted(sign.id for sign in may.signs)),
        until=until,
    )
    path = file_of(register, None, NOT_THE_SAME)
    end = f", or after {until}" if until is not None else ""
    then = f"The two are proposed again when another sign turns up{end}."
    written(register, path, add_distinction(text_of(path), said), apply=apply, then=then)

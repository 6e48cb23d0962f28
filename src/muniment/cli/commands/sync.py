"""Turn drift between the register and the evidence into a patch."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.options import DAY, db_option, register_argument, verbosity

if TYPE_CHECKING:
    from muniment.app.sync import Synced


@click.command("sync")
@register_argument
@db_option
@click.option("--only", multiple=True, metavar="CHANGE", help="Only this change, or those that a pattern matches.")
@click.option(
    "--without", multiple=True, metavar="CHANGE", help="Not this change, or those that a pattern matches."
)
@click.option(
    "--to-owner",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a patch for each owner of a tree into DIR instead of one to stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(("patch", "json")),
    default="patch",
    show_default=True,
    help="How to print the result.",
)
@click.option("--decline", metavar="CHANGE", help="Instead: decline a change, or those that a pattern matches.")
@click.option(
    "--same",
    multiple=True,
    metavar="HANDLE=ACCOUNT",
    help="Take two for one person: the change that says so, for a proposal as it is listed.",
)
@click.option("--not-same", metavar="HANDLE=ACCOUNT", help="Instead: say that the two of a proposal are not one.")
@click.option("--by", help="With --decline and --not-same: who decides, a handle of the register.")
@click.option("--reason", help="With --decline and --not-same: why.")
@click.option("--until", type=DAY, help="With --decline: the last day it holds; with --not-same, if it has one.")
@click.option(
    "--apply", is_flag=True, help="With --decline and --not-same: write it. Without it the entry is only shown."
)
@verbosity
def command(
    register: Path,
    db: str | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    to_owner: Path | None,
    form: str,
    decline: str | None,
    same: tuple[str, ...],
    not_same: str | None,
    by: str | None,
    reason: str | None,
    until: date | None,
    apply: bool,
) -> None:
    """Turn what the evidence shows and the register REGISTER does not say into a patch, for people to review.

    One change for each piece of evidence, each with its reasons: what was seen, when and as whom. Nothing is
    written to the register: apply the patch with git apply in the register's directory. What evidence does not
    decide is asked on stderr. Only complete, fresh evidence counts; nothing is collected, so run first.

    Two accounts that may be one person's are asked about apart, and are in no patch: --same takes one proposal,
    --not-same writes into the register that they are two.
    """
    from muniment.model.errors import UsageError

    if decline is not None and not_same is not None:
        raise UsageError("one decision at a time", hint="either --decline or --not-same")
    if not_same is not None:
        from muniment.cli.distinguishing import distinguish

        if not (by and reason):
            raise UsageError("--not-same needs --by and --reason", hint="who decides, and how it is known")
        distinguish(register, db, not_same, by=by, reason=reason, until=until, apply=apply)
        return
    if decline is not None:
        if not (by and reason and until):
            raise UsageError("--decline needs --by, --reason and --until", hint="who decides, why, until when")
        _decline(register, db, decline, by, reason, until, apply)
        return
    if apply or by or reason or until:
        raise UsageError(
            "--apply, --by, --reason and --until go with --decline or --not-same",
            hint="a patch is applied with git apply, once it was read",
        )
    _sync(register, db, only, without, same, to_owner, form)


def _sync(
    register: Path,
    db: str | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    same: tuple[str, ...],
    to_owner: Path | None,
    form: str,
) -> None:
    from muniment import wiring
    from muniment.app.sync import sync, telling
    from muniment.cli.telling import say, warn

    with wiring.at_one_go(), wiring.opened(register, db) as store:
        declared = wiring.read_register(register)
        synced = sync(
            store,
            declared,
            wiring.judging(declared),
            now=wiring.SystemClock().now(),
            only=only,
            without=without,
            same=same,
        )
    if to_owner is not None:
        written, removed = wiring.patches(to_owner, synced)
        for path, marking in written:
            say(f"{path}: {marking.label}")
        for path in removed:
            say(f"{path}: removed, nothing is left of it to propose")
    elif form == "json":
        click.echo(telling.as_json(synced), nl=False)
    else:
        click.echo(telling.patch(synced, synced.trees[0]), nl=False)
    for line in wiring.unread_lines(declared):
        warn(line)
    _conversation(synced, elsewhere=to_owner is None and form == "patch", whole=not declared.unread)


def _conversation(synced: Synced, *, elsewhere: bool, whole: bool) -> None:
    """What is told beside the patch: what is asked, declined, left aside, and in the trees of others."""
    from collections import Counter

    from muniment.app.sync import telling
    from muniment.cli.telling import detail, say, warn
    from muniment.model.tlp import TLP

    if not synced.blocks and whole:
        say("The evidence shows nothing that the register would have to say and does not.")
    questions = [line for line in map(telling.words, synced.questions) if line is not None]
    if questions:
        warn("Questions that evidence does not decide:")
    for line in questions:
        warn(f"  ? {line}")
    _proposals(synced)
    for drift, by in synced.declined:
        if drift.marking.level < TLP.RED:  # of RED not even a line is told
            say(f"Declined by {by.by} until {by.until}: {drift.id}: {by.reason}")
    others = (
        Counter(b.tree.name for b in synced.blocks if b.tree.name and b.marking.level < TLP.RED)
        if elsewhere
        else {}
    )
    for name, count in sorted(others.items()):
        say(f"{count} change{'s' * (count != 1)} for the tree {name}: --to-owner DIR writes them")
    left = sum(synced.aside.values())
    if left:
        say(f"{left} look{'s' * (left != 1)} not relied on: {_reasons(synced)}. Run again, then sync.")
        for (kind, why), count in sorted(synced.aside.items()):
            detail(f"  {kind}: {count} {why}")


def _proposals(synced: Synced) -> None:
    """Who may be one person, under a heading of its own: it is no change until somebody says so."""
    from shlex import quote

    from muniment.app.sync import telling
    from muniment.cli.telling import say, warn

    told = [(may.id, line) for may in synced.proposals if (line := telling.proposal(may)) is not None]
    if not told:
        return
    warn("May be one person, for you to decide (nothing treats them as one):")
    for _, line in told:
        warn(f"  ? {line}")
    first = quote(told[0][0])  # a name from outside, and people copy what they are told to type
    refusing = f"muniment sync --not-same {first} --by WHO --reason WHY"
    say(f"Accept one: muniment sync --same {first}. Refuse it: {refusing}")


def _reasons(synced: Synced) -> str:
    from collections import Counter

    by: Counter[str] = Counter()
    for (_, why), count in synced.aside.items():
        by[why] += count
    return ", ".join(f"{count} {why}" for why, count in sorted(by.items()))


def _decline(register: Path, db: str | None, change: str, by: str, reason: str, until: date, apply: bool) -> None:
    from muniment import wiring
    from muniment.cli.amending import text_of, written
    from muniment.cli.telling import warn
    from muniment.model.declined_change import VERBS, DeclinedChange
    from muniment.model.errors import UsageError
    from muniment.register.editing import add_declined_change

    if until < wiring.SystemClock().now().date():
        raise UsageError(f"--until {until} is past", hint="it holds through a day to come")
    verb = change.partition(":")[0]
    if not set(verb) & set("*?[") and verb not in VERBS:
        raise UsageError(
            f"{change!r} is not the id of a change", hint="muniment sync lists them: declare:…, rename:…"
        )
    path = wiring.file_with(register, "declined-changes", "declined.yaml").resolve()
    after = add_declined_change(text_of(path), DeclinedChange(change=change, by=by, reason=reason, until=until))
    if not _is_proposed(register, db, change):
        warn(f"Nothing of the name {change} is proposed now: it is declined ahead of time.")
    written(register, path, after, apply=apply, then=f"The change comes again after {until}.")


def _is_proposed(register: Path, db: str | None, change: str) -> bool:
    """False if nothing is believed by which that change would be proposed: the name may be misspelt."""
    from fnmatch import fnmatchcase

    from muniment import wiring
    from muniment.app.sync import sync
    from muniment.model.errors import UsageError

    try:
        with wiring.at_one_go(), wiring.opened(register, db) as store:
            declared = wiring.read_register(register)
            synced = sync(store, declared, lambda texts: (), now=wiring.SystemClock().now())
    except UsageError:
        return False  # nothing was collected yet
    ids = (*(block.drift.id for block in synced.blocks), *(drift.id for drift, _ in synced.declined))
    return any(own == change or fnmatchcase(own, change) for own in ids)

"""Hand a subproject its checklist, ticked by evidence: what to do, and where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.campaigning import name_argument
from muniment.cli.options import db_option, register_option, verbosity

if TYPE_CHECKING:
    from muniment.app.campaign.checklisting import Handed
    from muniment.app.campaign.standing import Stands
    from muniment.campaigns.checklist import Item
    from muniment.campaigns.remedy import Remedy


@click.command("checklist")
@name_argument
@click.option("--subproject", help="Whose (default: everybody's).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
@register_option
@db_option
@verbosity
def command(name: str | None, subproject: str | None, form: str, register: Path, db: str | None) -> None:
    """Hand a subproject its checklist, ticked by evidence: what to do, and where.

    Boxes are ticked by evidence, with its day. What could not be seen is never ticked. Muniment changes nothing:
    owners click, or run what they have read.
    """
    from muniment import wiring
    from muniment.app.campaign.checklisting import handed
    from muniment.app.campaign.standing import named, stands

    now = wiring.SystemClock().now()
    with wiring.opened(register, db) as store:
        found = stands(store, wiring.all_checks(), named(store, name), now=now)
    lists = handed(found, subproject)
    write = _markdown if form == "markdown" else _text
    for n, one in enumerate(lists):
        if n:
            click.echo()
        for line in write(found, one):
            click.echo(line)


def _head(found: Stands, one: Handed) -> tuple[str, str]:
    from muniment.campaigns.clock import date_of, in_words

    standings = found.standings
    campaign, counts = standings.campaign, one.list.counts
    last = date_of(campaign, campaign.days, standings.today)
    day = f"Day {in_words(standings.day, campaign.days)}, its last day is {last}"
    return (
        f"{found.kind.title}: {one.name}",
        f"{day}. " + " · ".join(f"{count} {box}" for box, count in counts.items()),
    )


def _told(item: Item) -> str:
    """What fills the box, and the day of the evidence."""
    from muniment.campaigns.checklist import Box

    seen = f"seen on {item.seen}" if item.seen is not None else "never seen"
    match item.box:
        case Box.DONE:
            return f"{seen}, done since {item.since}" if item.since is not None else seen
        case Box.TO_DO:
            return seen
        case Box.WAIVED:
            return f"waived {item.why}".strip()
        case Box.CANNOT_SEE:
            return f"cannot see: {item.why}"


def _remedy(check: str) -> Remedy:
    from muniment.campaigns.remedy import Remedy, remedies

    return remedies().get(check) or Remedy(check=check, wrong="", todo=f"Mend {check}", page="", clicks="")


def _sections(found: Stands, one: Handed) -> Iterator[tuple[Remedy, tuple[Item, ...]]]:
    for check in found.kind.checks:
        items = one.list.of(check)
        if items:
            yield _remedy(check), items


def _text(found: Stands, one: Handed) -> Iterator[str]:
    from muniment.campaigns.checklist import Box
    from muniment.model.asset import name as name_of
    from muniment.model.text import plain

    signs = {Box.DONE: "x", Box.TO_DO: " ", Box.WAIVED: "-", Box.CANNOT_SEE: "?"}
    yield one.list.marking.label
    for text in _head(found, one):
        yield plain(text)
    for remedy, items in _sections(found, one):
        yield ""
        yield remedy.todo
        for item in items:
            yield plain(f"  [{signs[item.box]}] {name_of(item.asset)}: {_told(item)}")
            if item.box is Box.TO_DO and remedy.page_of(item.asset):
                yield f"      {remedy.page_of(item.asset)}"
        todo = [item for item in items if item.box is Box.TO_DO]
        if todo:
            yield from (f"  {line}" for line in _how(remedy, todo))


def _how(remedy: Remedy, todo: list[Item]) -> Iterator[str]:
    if remedy.clicks:
        yield f"There: {remedy.clicks}"
    commands = [command for item in todo if (command := remedy.command_for(item.asset))]
    if commands:
        yield "Or whoever may, runs:"
        for command in commands:
            yield from command.splitlines()
    if remedy.patch:
        yield "Or apply this patch in the repository (git apply), read it, and propose it:"
        yield from remedy.patch.splitlines()


def _markdown(found: Stands, one: Handed) -> Iterator[str]:
    from muniment.campaigns.checklist import Box
    from muniment.model.asset import name as name_of
    from muniment.reporters import harmless

    title, numbers = _head(found, one)
    yield f"*{one.list.marking.label}*"
    yield ""
    yield f"# {harmless.text(title)}"
    yield ""
    yield f"{harmless.text(numbers)}."
    for remedy, items in _sections(found, one):
        yield ""
        yield f"## {remedy.todo}"
        yield ""
        for item in items:
            box = "x" if item.box is Box.DONE else " "
            linked = harmless.linked(harmless.code(name_of(item.asset)), remedy.page_of(item.asset))
            yield f"- [{box}] {linked}: {harmless.text(_told(item))}"
        todo = [item for item in items if item.box is Box.TO_DO]
        if todo:
            yield from _fenced(remedy, todo)


def _fenced(remedy: Remedy, todo: list[Item]) -> Iterator[str]:
    if remedy.clicks:
        yield from ("", f"There: {remedy.clicks}")
    commands = [command for item in todo if (command := remedy.command_for(item.asset))]
    if commands:
        yield from ("", "Or whoever may, runs:", "", "```sh", *"\n".join(commands).splitlines(), "```")
    if remedy.patch:
        told = "Or apply this patch in the repository (`git apply`), read it, and propose it:"
        yield from ("", told, "", "```diff", *remedy.patch.splitlines(), "```")

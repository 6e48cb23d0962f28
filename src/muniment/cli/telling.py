"""How commands speak: results on stdout in four forms, the conversation on stderr, a bar for what takes long."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from muniment.model.text import plain
from muniment.model.tlp import Marking

if TYPE_CHECKING:
    from rich.console import RenderableType


LEAD = 2000
"""How many characters of a sentence above a table are shown."""
WIDEST = 60
"""To how many characters a column is filled up: what is longer moves its own row alone."""


def is_set(flag: str) -> bool:
    """True if the command was called with ``-q`` (``quiet``) or ``-v`` (``verbose``)."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(f"muniment.{flag}"))


def detail(text: str) -> None:
    """A step of the work, on stderr, for those who asked for it with ``-v``."""
    if is_set("verbose"):
        click.echo(plain(text), err=True)


def warn(text: str) -> None:
    """What must be read with the result, on stderr even with ``-q``: what is Unknown, what was left out."""
    click.echo(plain(text), err=True)


def say(text: str) -> None:
    """A line of the conversation, on stderr."""
    if not is_set("quiet"):
        click.echo(plain(text), err=True)


def spent(lines: Sequence[str]) -> None:
    """What asking cost, a line for each source."""
    for line in lines:
        say(line)


def show(result: RenderableType) -> None:
    """Something rich on stdout; on a pipe it is plain text, a hundred columns wide."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 100
    console.print(result)


def rows(
    form: str,
    marking: Marking,
    columns: Sequence[str],
    found: Sequence[Sequence[str]],
    *,
    below: Sequence[str] = (),
    lead: Sequence[str] = (),
) -> None:
    """A table on stdout as ``table``, ``json``, ``csv`` or ``markdown``; each form states its marking.

    ``lead`` are lines above it where there is prose: in a table and in Markdown. On a terminal the columns named
    ``below`` stand under their row, so that no column gets too narrow to read.
    """
    cleaned = [[plain(cell) for cell in row] for row in found]
    if form == "json":
        body = [dict(zip(columns, row, strict=True)) for row in cleaned]
        click.echo(json.dumps({"version": 1, "marking": marking.label, "rows": body}, ensure_ascii=False, indent=2))
    elif form == "csv":
        from muniment.reporters.csv_report import guarded

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*columns, "marking"])
        writer.writerows([[guarded(cell) for cell in row] + [marking.label] for row in cleaned])
        click.echo(out.getvalue(), nl=False)
    elif form == "markdown":
        from muniment.reporters import harmless

        click.echo(f"*{marking.label}*\n")
        for said in lead:
            click.echo(f"{harmless.text(said, LEAD)}\n")
        click.echo("| " + " | ".join(columns) + " |")
        click.echo("|" + "---|" * len(columns))
        for row in cleaned:
            click.echo(harmless.row(*(harmless.text(cell) for cell in row)))
    else:
        _table(marking, columns, cleaned, below, lead)


def _table(
    marking: Marking,
    columns: Sequence[str],
    found: Sequence[Sequence[str]],
    below: Sequence[str],
    lead: Sequence[str],
) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 120
    console.print(Text(marking.label, style="bold"))
    for said in lead:
        console.print(Text(plain(said)))
    if not found:
        return
    beside = [i for i, column in enumerate(columns) if column not in below]
    under = [columns.index(column) for column in below]
    widths = [min(max(len(columns[i]), *(len(row[i]) for row in found)), WIDEST) for i in beside]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(cells[i].ljust(width) for i, width in zip(beside, widths, strict=True)).rstrip()

    console.print(Text(line(columns), style="dim"))
    for row in found:
        console.print(Text(line(row)))
        told = " · ".join(row[i] for i in under if row[i])
        if told:
            console.print(Padding(Text(told, style="dim"), (0, 0, 0, widths[0] + 2), expand=False))


def printed(body: object) -> None:
    """Plain values on stdout as JSON; signs that could steer a terminal are taken out of every text."""
    click.echo(json.dumps(_plain(body), ensure_ascii=False, indent=2))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(own) for key, own in value.items()}
    if isinstance(value, list):
        return [_plain(own) for own in value]
    return plain(value) if isinstance(value, str) else value


def difference(name: str, before: str, after: str) -> None:
    """A change of one file on stdout, as a unified diff."""
    from difflib import unified_diff

    diff = unified_diff(before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}")
    click.echo("".join(line if line.endswith("\n") else line + "\n" for line in diff), nl=False)


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr; on a pipe nothing moves and nothing is printed."""
    if is_set("quiet") or total == 0 or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total, now="")

        def tick(name: str) -> None:
            progress.update(task, advance=1, now=plain(name)[:40])

        yield tick


@contextmanager
def interruptible() -> Iterator[None]:
    """Control-C within stops the work between two answers; it is said what is kept, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        warn("Stopped. What was answered so far is kept; the same command within six hours asks only for the rest.")
        raise click.Abort from None

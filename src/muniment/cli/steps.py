"""How the steps for somebody who leaves or comes are printed: a table, a checklist in Markdown, JSON, CSV."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import click

from muniment.app.leaving import Leaving
from muniment.cli.telling import printed, rows, warn
from muniment.model.text import plain
from muniment.publish.steps import Step
from muniment.reporters import harmless
from muniment.reporters.places import to_change

COLUMNS = ("step", "where", "state", "what", "account", "address", "ticked by", "detail")

STATES = {"open": "to do", "done": "done", "unseen": "nobody can tell"}
"""What each state of a step is called."""


def show(form: str, title: str, found: Leaving) -> None:
    """The steps on stdout, what could not be seen on stderr; in Markdown both are one text."""
    if form == "markdown":
        click.echo("\n".join(_checklist(title, found)))
        return
    lines = [_line(step) for step in found.steps]
    if form == "json":
        body = {
            "version": 1,
            "marking": found.access.marking.label,
            "person": found.access.whom.handle or found.access.whom.account or f"{found.access.whom.number}",
            "steps": [dict(zip(COLUMNS, line, strict=True)) for line in lines],
            "unseen": list(found.unseen),
        }
        printed(body)
    else:
        below = ("what", "account", "address", "ticked by", "detail")
        rows(form, found.access.marking, COLUMNS, lines, below=below, lead=(title,))
    for line in found.unseen:
        warn(f"Could not be seen: {line}")


def _line(step: Step) -> tuple[str, ...]:
    return (
        step.stage.words,
        step.asset or step.place,
        STATES[step.state],
        step.what,
        step.account,
        to_change(step) or step.place,
        f"ticked by: {step.tick}" if step.tick else "",
        step.detail,
    )


def _checklist(title: str, found: Leaving) -> Iterator[str]:
    yield f"*{found.access.marking.label}*"
    yield ""
    yield f"# {harmless.text(title)}"
    for number, (stage, steps) in enumerate(groupby(found.steps, key=lambda step: step.stage), start=1):
        yield from ("", f"## {number}. {stage.words}", "")
        for step in steps:
            yield _item(step)
    yield ""
    if not found.steps:
        yield "Nothing that was seen is theirs."
        yield ""
    if found.unseen:
        yield from ("## What could not be seen", "")
        yield "Nobody knows whether there is something to do here as well."
        yield ""
        yield from (f"- {harmless.text(plain(line))}" for line in found.unseen)


def _item(step: Step) -> str:
    box = "x" if step.state == "done" else " "
    where = harmless.linked(harmless.code(step.asset), to_change(step)) if step.asset else ""
    parts = [f"{where}: " if where else "", harmless.text(step.what)]
    parts.append(f" ({harmless.code(step.account)})" if step.account else "")
    parts.append(f", {harmless.code(step.place)}" if step.place else "")
    told = STATES[step.state] if step.state != "open" else ""
    why = ": ".join(filter(None, (told, step.detail)))
    tail = f" Ticked by: {harmless.text(step.tick)}." if step.tick and step.state != "done" else ""
    return f"- [{box}] {''.join(parts)}.{f' *{harmless.text(why)}.*' if why else ''}{tail}"

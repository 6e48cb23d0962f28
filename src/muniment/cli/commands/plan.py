"""Show what a run would ask, of whom, at what cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from muniment.cli.options import db_option, format_option, live_option, register_argument, verbosity


@click.command("plan")
@register_argument
@db_option
@format_option
@live_option
@verbosity
def command(register: Path, db: str | None, form: str, live: int | None) -> None:
    """Show what a run would ask of which source, with which right, at what cost. Nothing is sent.

    The plan is derived: the checks name the evidence they need, and the register the assets. An organization is one
    row; its price says "at least" while its repositories are not known, and where an answer decides what is asked
    next: two more for each role that can do much, one more for a list that came empty, and one for a package whose
    newest release is attested.
    """
    from muniment import wiring
    from muniment.app.price import price
    from muniment.app.reach import unkeyed
    from muniment.cli.telling import rows, say, warn
    from muniment.model.text import plain
    from muniment.model.tlp import TLP, Marking, join
    from muniment.register.inventory import Inventory

    clock = wiring.SystemClock()
    declared = wiring.read_register(register)
    sources = wiring.sources(offline=True)
    checks = wiring.all_checks()
    inventory = Inventory.of(declared.evidence)
    now = clock.now()
    public = sources.addresses.public

    def shown(url: str) -> str:
        for place, mark in ((public.graphql, "GraphQL"), (public.github, "")):
            if url == place or url.startswith(f"{place}/"):
                return url.replace(place, mark, 1)
        return sources.addresses.templated(url)

    try:
        with wiring.opened(register, db) as store:
            found = price(inventory, checks, sources.collectors, now=now, store=store, limit=live)
    except wiring.NoDatabase:
        found = price(inventory, checks, sources.collectors, now=now, limit=live)

    def cost(requests: int, least: bool) -> str:
        return f"{'at least ' if least else ''}{requests}"

    long = dict.fromkeys(right for line in found.lines for right in line.rights if len(right) > SHORT)
    numbered = {right: f"({number})" for number, right in enumerate(long, 1)}

    def rights(own: Sequence[str]) -> str:
        return " ".join(dict.fromkeys(numbered.get(right, right) for right in own))

    if form == "table":
        lines = [
            (
                line.source,
                line.scope,
                _once(map(shown, line.urls)),
                rights(line.rights),
                cost(line.requests, line.at_least),
            )
            for line in found.lines
        ]
    else:
        lines = [
            (r.source, r.scope, shown(r.url), r.right, cost(r.cost, r.open or r.scope in found.at_least))
            for r in found.requests
        ]
    columns = ("source", "asset", "request", "right needed", "requests")
    rows(form, join(Marking(TLP.AMBER), declared.whole), columns, lines, below=("request",))
    if form == "table":
        for right, mark in numbered.items():
            click.echo(plain(f"{mark} {right}", 300))
        if numbered:
            say("Which of these rights the credentials here have, and who could grant the rest: muniment doctor.")
    if any("{" in line[2] for line in lines) and form == "table":
        say("{pypi} and {npm} stand for the index and the registry that pip and npm are set to use.")
    least = "at least " if any(line.at_least for line in found.lines) else ""
    beside = ", and two beside for each credential" if found.organizations else ""
    waiting = f"; {len(found.plan.later)} wait their turn" if found.plan.later else ""
    resting = f"; {found.resting} were looked at lately and rest" if found.resting else ""
    resumed = (
        f"; {len(found.plan.resumed)} were asked about by a run that was stopped" if found.plan.resumed else ""
    )
    say(
        f"{_counted(len(found.plan.ask), 'asset')} would be asked about in {least}"
        f"{_counted(found.total, 'request')}{beside}{waiting}{resting}{resumed}."
    )
    for line in wiring.empty_lines(register, declared):
        warn(line)
    for tree in declared.trees if len(declared.trees) > 1 else ():
        say(wiring.tree_line(tree))
    for line in wiring.unread_lines(declared):
        warn(line)
    for line in unkeyed(found.plan):
        warn(line)
    for decision, number in found.declined:
        warn(
            f"Declined until {decision.until} by {decision.by}: {decision.kind} of {number} assets "
            f"({decision.asset}). {decision.reason}"
        )
    if found.plan.unserved:
        warn(f"No collector here yields {', '.join(found.plan.unserved)}: their checks stay Unknown.")


SHORT = 20
"""How many letters of a right stand in its row; a longer one stands below the table, by its number."""


def _once(urls: Iterable[str]) -> str:
    """Some addresses in a line, each told once."""
    counted = Counter(urls)
    return " · ".join(f"{url} ×{number}" if number > 1 else url for url, number in counted.items())


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"

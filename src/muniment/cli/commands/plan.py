"""Show what a run would ask, of whom, at what cost."""

from __future__ import annotations

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
    row; its price says "at least" while its repositories are not known.
    """
    from muniment import wiring
    from muniment.app.collect import unkeyed
    from muniment.app.price import price
    from muniment.cli.telling import rows, say, warn
    from muniment.model.tlp import TLP, Marking, join
    from muniment.register.inventory import Inventory

    clock = wiring.SystemClock()
    declared = wiring.read_register(register)
    sources = wiring.sources(offline=True)
    checks = wiring.all_checks()
    inventory = Inventory.of(declared.evidence)
    now = clock.now()
    shown = sources.addresses.templated
    try:
        with wiring.opened(register, db) as store:
            found = price(inventory, checks, sources.collectors, now=now, store=store, limit=live)
    except wiring.NoDatabase:
        found = price(inventory, checks, sources.collectors, now=now, limit=live)

    def cost(requests: int, scope: str) -> str:
        return f"{'at least ' if scope in found.at_least else ''}{requests}"

    if form == "table":
        lines = [
            (
                line.source,
                line.scope,
                " · ".join(map(shown, line.urls)),
                ", ".join(line.rights),
                cost(line.requests, line.scope),
            )
            for line in found.lines
        ]
    else:
        lines = [(r.source, r.scope, shown(r.url), r.right, cost(r.cost, r.scope)) for r in found.requests]
    columns = ("source", "asset", "request", "right needed", "requests")
    rows(form, join(Marking(TLP.AMBER), declared.marking), columns, lines, below=("request",))
    if any("{" in line[2] for line in lines) and form == "table":
        say("{pypi} and {npm} stand for the index and the registry that pip and npm are set to use.")
    least = "at least " if found.at_least else ""
    waiting = f"; {len(found.plan.later)} wait their turn" if found.plan.later else ""
    resting = f"; {found.resting} were looked at lately and rest" if found.resting else ""
    resumed = (
        f"; {len(found.plan.resumed)} were asked about by a run that was stopped" if found.plan.resumed else ""
    )
    say(
        f"{len(found.plan.ask)} assets would be asked about in {least}{found.total} requests"
        f"{waiting}{resting}{resumed}."
    )
    for line in unkeyed(found.plan):
        warn(line)
    if found.plan.unserved:
        warn(f"No collector here yields {', '.join(found.plan.unserved)}: their checks stay Unknown.")

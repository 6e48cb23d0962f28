"""Show what a run would ask, of whom, at what cost."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.options import db_option, format_option, register_argument, verbosity


@click.command("plan")
@register_argument
@db_option
@format_option
@click.option("--live", type=click.IntRange(0), help="Ask about so many assets (default: the policy's live-limit).")
@verbosity
def command(register: Path, db: str | None, form: str, live: int | None) -> None:
    """Show what a run would ask of which source, with which right, at what cost. Nothing is sent.

    The plan is derived: the checks name the evidence they need, and the register the assets.
    """
    from muniment import wiring
    from muniment.app.collect import last_complete
    from muniment.app.main_job import DERIVED
    from muniment.app.plan import plan
    from muniment.cli.telling import rows, say, warn
    from muniment.model.tlp import TLP, Marking, join
    from muniment.register.inventory import Inventory

    declared = wiring.read_register(register)
    sources = wiring.sources(offline=True)
    try:
        with wiring.opened(register, db) as store:
            seen = last_complete(store)
    except wiring.NoDatabase:
        seen = {}
    found = plan(
        Inventory.of(declared.evidence),
        wiring.all_checks(),
        sources.collectors,
        last_seen=seen,
        limit=live,
        derived=DERIVED,
    )
    lines = [(r.source, r.scope, sources.addresses.templated(r.url), r.right, str(r.cost)) for r in found.requests]
    columns = ("source", "asset", "request", "right needed", "requests")
    rows(form, join(Marking(TLP.AMBER), declared.marking), columns, lines, below=("request",))
    if lines and form == "table":
        say("{pypi} and {npm} stand for the index and the registry that pip and npm are set to use.")
    cost = sum(r.cost for r in found.requests)
    say(f"{len(found.ask)} assets would be asked about in {cost} requests; {len(found.later)} wait their turn.")
    if found.unserved:
        warn(f"No collector here yields {', '.join(found.unserved)}: their checks stay Unknown.")

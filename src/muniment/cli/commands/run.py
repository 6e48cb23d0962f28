"""Do the main job: plan, collect, assess, record, publish."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import (
    again_option,
    as_of_option,
    db_option,
    live_option,
    offline_option,
    pretend_option,
    register_argument,
    verbosity,
)


@click.command("run")
@register_argument
@db_option
@offline_option
@as_of_option
@pretend_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the pages go (default: out; looking back or ahead: out-as-of-DAY or out-as-if-DAY).",
)
@live_option
@again_option
@click.option("--confirm-losses", is_flag=True, help="Believe it when much of a list vanishes at once.")
@click.option(
    "--fail-on",
    type=click.Choice(["low", "medium", "high", "critical"]),
    help="Exit with 1 if a finding that severe or worse is open.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 if any answer is Unknown.")
@verbosity
def command(
    register: Path,
    db: str | None,
    offline: bool,
    as_of: date | None,
    pretend_now: date | None,
    out: Path | None,
    live: int | None,
    again: bool,
    confirm_losses: bool,
    fail_on: str | None,
    strict: bool,
) -> None:
    """Do the main job on REGISTER: plan, collect, assess, record, publish.

    Leaves a summary here, pages under --out: clear/ for everybody, amber/SUBPROJECT/ for each subproject's people,
    council/ for the council, with report.json, findings.sarif and findings.csv beside them.

    With --as-of (look back) or --pretend-now (look ahead) nothing is asked and nothing is written to the database.
    """
    from muniment import wiring
    from muniment.app.collect import is_told
    from muniment.app.main_job import main_job
    from muniment.app.material import material
    from muniment.app.publish import everybody, publish
    from muniment.cli.telling import bar, detail, interruptible, say, show, spent, warn
    from muniment.ledger.finding import State
    from muniment.model.verdict import Severity
    from muniment.ports import Recorded
    from muniment.publish.projection import COUNCIL, project
    from muniment.publish.view import build
    from muniment.reporters.terminal import summary

    clock = wiring.SystemClock()
    checks = wiring.all_checks()
    moment = wiring.moment(as_of, pretend_now, clock.now())
    declared = wiring.read_register(register, fetch=not offline and not moment.elsewhere)
    if out is None:
        word = "of" if as_of else "if"
        out = Path(f"out-as-{word}-{moment.today}" if moment.elsewhere else "out")
    places = everybody((s.id for s in declared.subprojects), out)
    shelf = wiring.Shelf(declared.project)
    shelf.claim(places)
    reach = None
    for line in () if moment.elsewhere else wiring.unread_lines(declared):
        warn(line)

    def acknowledge(done: Recorded) -> None:
        if is_told(done):
            detail(f"batch {done.id}: {done.cell}, {done.outcome.value}, +{done.opened} -{done.closed}")

    for line in wiring.empty_lines(register, declared):
        warn(line)

    with wiring.opened(register, db, create=not moment.elsewhere) as store:
        if not moment.elsewhere:
            with store.lease(wiring.holder(), clock.now):
                asking = wiring.sources(offline=offline, store=store)
                with interruptible():
                    done = main_job(
                        store,
                        wiring.declared(register, declared),
                        checks,
                        asking.collectors,
                        asking.io,
                        wiring.bundles(register, asking.addresses, clock.now()),
                        clock=clock.now,
                        code=wiring.code_version(),
                        limit=0 if offline else live,
                        again=again,
                        confirmed=confirm_losses,
                        track=bar,
                        acknowledge=acknowledge,
                        note=warn,
                    )
            spent(wiring.costs(asking))
            reach = done.reach
            moment = wiring.moment(None, None, clock.now())
        made = material(
            store,
            checks,
            now=moment.now,
            at=moment.at,
            today=moment.today,
            reach=reach,
            pretend=pretend_now is not None,
        )
    view = build(made, checks)
    with bar("writing", len(places)) as tick:
        written = publish(view, places, wiring.site, shelf.put, tick)
    shelf.withdraw_others(out, places)
    unknown = sum(c.count for c in made.tallies if c.verdict == "unknown")
    say(f"{written} files under {out}: open {out / 'council' / 'index.html'}")
    show(summary(project(view, COUNCIL)))
    if reach is not None and reach.is_nothing:
        raise wiring.nothing(offline=offline or live == 0, keyless=bool(reach.keyless and not reach.unreachable))
    standing = [f.severity for f in made.findings if f.state is State.OPEN]
    if fail_on and any(severity >= Severity.of(fail_on) for severity in standing):
        raise click.exceptions.Exit(1)
    if strict and (unknown or made.inventory.unread):
        raise click.exceptions.Exit(4)

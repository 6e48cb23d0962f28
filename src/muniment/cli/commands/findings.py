"""List the findings that need someone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import FORMATS, as_of_option, db_option, format_of, register_option, verbosity


@click.command("findings")
@register_option
@db_option
@as_of_option
@format_of(*FORMATS, "sarif")
@click.option("--new", "only_new", is_flag=True, help="Only what the newest run saw for the first time or again.")
@click.option("--subproject", help="Only this subproject's.")
@click.option("--check", help="Only this check's.")
@click.option("--asset", help="Only this asset's.")
@click.option("--all", "everything", is_flag=True, help="The waived and the fixed ones too.")
@verbosity
def command(
    register: Path,
    db: str | None,
    as_of: date | None,
    form: str,
    only_new: bool,
    subproject: str | None,
    check: str | None,
    asset: str | None,
    everything: bool,
) -> None:
    """List the findings that need someone.

    With --as-of the ledger is replayed to the end of that day. As SARIF the answers that are Unknown are told too,
    and of what was fixed or dropped only what the newest run closed.
    """
    from msgspec.structs import replace

    from muniment import wiring
    from muniment.app.dossiers import book_at
    from muniment.app.find import among, findings, is_wanted, subproject_named, withdrawn
    from muniment.app.material import material
    from muniment.cli.telling import rows, say
    from muniment.ledger.finding import State
    from muniment.model.asset import canonical
    from muniment.model.tlp import TLP, Marking, join
    from muniment.publish.projection import COUNCIL, project
    from muniment.publish.view import build
    from muniment.reporters.sarif import files
    from muniment.reporters.words import plural

    made = None
    checks = wiring.all_checks()
    with wiring.opened(register, db) as store:
        moment = wiring.moment(as_of, None, wiring.SystemClock().now())
        found, run = findings(store, as_of if moment.elsewhere else None)
        book = book_at(store)
        if form == "sarif":
            made = material(store, checks, now=moment.now, at=moment.at, today=moment.today)
    inventory = book.inventory
    found = tuple(withdrawn(found, inventory))
    if subproject is not None:
        subproject = subproject_named(inventory, subproject)
    if check is not None:
        known = {f.id.check for f in found} | set(checks)
        among(check, known, "check")
    if asset is not None:
        asset = among(canonical(asset), {f.id.asset for f in found} | set(inventory.known), "asset")
    wanted = [
        f
        for f in found
        if is_wanted(
            f,
            run=run,
            new=only_new,
            subproject=subproject,
            check=check,
            asset=asset,
            everything=everything,
        )
    ]
    if made is not None:
        ids = {f.id for f in wanted}
        mine = {id for id in inventory.known if subproject in (None, inventory.subproject_of(id))}
        asked = [
            a
            for a in made.answers
            if not only_new and check in (None, a.check) and asset in (None, a.asset) and a.asset in mine
        ]
        made = replace(made, findings=tuple(f for f in made.findings if f.id in ids), answers=tuple(asked))
        click.echo(files(project(build(made, checks), COUNCIL))["findings.sarif"].decode(), nl=False)
        say(f"{plural(len(made.findings), 'finding')}.")
        return
    lines = [
        (
            f.id.short,
            f.severity.word,
            "new" if f.is_new_in(run) else "dropped" if f.is_dropped else f.state.value,
            f.id.check,
            f.id.asset,
            f.message,
            f.since_at.strftime("%Y-%m-%d"),
        )
        for f in sorted(wanted, key=lambda f: (-f.severity, f.id))
    ]
    marking = join(Marking(TLP.AMBER), book.public, *(f.marking for f in wanted))
    columns = ("id", "severity", "state", "check", "asset", "what is wrong", "since")
    rows(form, marking, columns, lines, below=("check", "what is wrong", "since"))
    left = len(found) - len(lines)
    more = f" {left} more {'is' if left == 1 else 'are'} waived, fixed or not asked for" if left else ""
    hint = "" if not left else "." if everything else ": --all shows what is waived or fixed."
    if lines:
        say(f"{len(lines)} finding{'s' * (len(lines) != 1)}.{more}{hint}")
    elif only_new and (older := sum(f.state is State.OPEN for f in found)):
        open_ones = f"{older} {'is' if older == 1 else 'are'} open since earlier"
        say(f"Nothing of that is new in the newest run. {open_ones}: leave --new out.")
    else:
        say(f"No finding answers to that.{more}{hint}")

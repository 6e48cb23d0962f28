"""Accept findings for a while, in the register."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from muniment.cli.options import DAY, db_option, register_option, verbosity


@click.command("waive")
@click.argument("finding", required=False)
@click.option("--check", help="Instead of FINDING: a check's id, or a pattern.")
@click.option("--asset", help="With --check: an asset's id, or a pattern.")
@click.option("--key", default="*", show_default=True, help="With --check: a problem's key, or a pattern.")
@click.option("--by", required=True, help="Who decides: a handle of the register.")
@click.option("--reason", required=True, help="Why it is right to live with it.")
@click.option("--until", type=DAY, required=True, help="The last day it holds.")
@click.option("--false-positive", is_flag=True, help="The finding is wrong, not accepted.")
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="The register's file to write to (default: the one with waivers).",
)
@click.option("--apply", is_flag=True, help="Write it. Without it the change is only shown.")
@register_option
@db_option
@verbosity
def command(
    finding: str | None,
    check: str | None,
    asset: str | None,
    key: str,
    by: str,
    reason: str,
    until: date,
    false_positive: bool,
    file: Path | None,
    apply: bool,
    register: Path,
    db: str | None,
) -> None:
    """Accept FINDING (such as F-1a2b3c4d), or all that --check, --asset and --key match, through a day.

    The waiver is written into the register, every other byte of which stays as it was; the next run puts it into
    the ledger. Without --apply the change is shown and nothing is written.
    """
    from muniment import wiring
    from muniment.app.find import one
    from muniment.cli.amending import file_of, text_of, written
    from muniment.model.errors import UsageError
    from muniment.model.waiver import Decision, Waiver, literally
    from muniment.register.editing import add_waiver

    if finding:
        with wiring.opened(register, db) as store:
            found, _ = one(store, finding)
        check, asset, key = (literally(word) for word in (found.id.check, found.id.asset, found.id.key))
    if not check or not asset:
        raise UsageError("name a finding, or give --check and --asset", hint="muniment findings")
    if until < wiring.SystemClock().now().date():
        raise UsageError(f"--until {until} is past", hint="a waiver holds through a day to come")
    waiver = Waiver(
        check=check,
        asset=asset,
        key=key,
        by=by,
        reason=reason,
        until=until,
        decision=Decision.FALSE_POSITIVE if false_positive else Decision.ACCEPTED,
    )
    path = file_of(register, file, "waivers")
    then = "The next run puts it into the ledger."
    written(register, path, add_waiver(text_of(path), waiver), apply=apply, then=then)

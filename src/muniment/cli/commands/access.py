"""Show what one person holds, everywhere, and what to do when they leave or come."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muniment.cli.options import DAY, as_of_option, db_option, format_option, register_option, verbosity

if TYPE_CHECKING:
    from muniment.app.access import Access

STATES = {"seen": "held", "missing": "expected, not held", "unseen": "expected, not seen", "gone": "gone"}
"""What each state of a path is called."""


@click.command("access")
@click.argument("person")
@click.option("--off-boarding", is_flag=True, help="Every place to remove them from, in order, as a checklist.")
@click.option("--on-boarding", is_flag=True, help="What the register expects them to hold and nobody saw.")
@click.option(
    "--since", type=DAY, help="With --off-boarding: begin with that day's list, and tick what was seen gone since."
)
@register_option
@db_option
@as_of_option
@format_option
@verbosity
def command(
    person: str,
    off_boarding: bool,
    on_boarding: bool,
    since: date | None,
    register: Path,
    db: str | None,
    as_of: date | None,
    form: str,
) -> None:
    """Show what PERSON holds by evidence, what the register expects them to hold, and what could not be seen.

    PERSON is a handle or a name of the register, or an account: github:LOGIN, pypi:NAME, npm:NAME or
    github-id:NUMBER.
    """
    from muniment import wiring
    from muniment.app.access import access
    from muniment.app.joining import joining
    from muniment.app.leaving import leaving
    from muniment.model.errors import UsageError

    if off_boarding and on_boarding:
        raise UsageError("a person leaves or comes", hint="either --off-boarding or --on-boarding")
    if since is not None and not off_boarding:
        raise UsageError(
            "--since goes with --off-boarding", hint=f"muniment access {person} --off-boarding --since …"
        )
    moment = wiring.moment(as_of, None, wiring.SystemClock().now())
    with wiring.at_one_go(), wiring.opened(register, db) as store:
        if off_boarding or on_boarding:
            from muniment.cli import steps

            if off_boarding:
                told = leaving(store, person, at=moment.at, now=moment.now, since=since)
            else:
                told = joining(store, person, at=moment.at, now=moment.now)
            steps.show(form, f"{'Off' if off_boarding else 'On'}-boarding: {_name(told.access, person)}", told)
            return
        found = access(store, person, at=moment.at, now=moment.now)
    _show(form, found, person)


def _name(found: Access, person: str) -> str:
    return f"{found.name} ({found.whom.handle})" if found.whom.handle else f"{person}, unknown to the register"


def _show(form: str, found: Access, person: str) -> None:
    from muniment.app.holding import seen_stamp
    from muniment.app.second_factors import in_words
    from muniment.cli.telling import rows, say, warn

    expected = {True: "yes", False: "no", None: "not stated"}
    lines = [
        (
            row.asset,
            row.role,
            STATES[row.state],
            expected[row.expected],
            f"{row.place}:{row.who}" if row.who else "",
            row.path,
            seen_stamp(row) if row.state == "seen" else row.detail,
        )
        for row in found.rows
    ]
    columns = ("asset", "role", "state", "expected", "account", "path", "seen")
    told = [f"{found.name} ({found.whom.handle})"] if found.whom.handle else [f"{person}: unknown to the register"]
    for label, values in (("accounts", found.accounts), ("teams", found.teams), ("public roles", found.roles)):
        told.append(f"{label}: {', '.join(values)}" if values else "")
    say(" · ".join(filter(None, told)))
    rows(form, found.marking, columns, lines, below=("account", "path", "seen"))
    if found.activity:
        say(f"{found.activity[0].upper()}{found.activity[1:]}")
    for one in found.secured:
        say(f"Second factor of {in_words(one)}")
    for line in found.maybe_lines:
        warn(f"Nobody decided: {line}")
    for line in found.unseen:
        warn(f"Could not be seen: {line}")
    if not lines:
        blind = "what could not be seen is said above" if found.unseen else "and everything was seen"
        warn(f"Nothing that was seen is theirs, {blind}.")
    if found.meant:
        warn(f"Or {found.meant}")

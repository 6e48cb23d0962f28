"""The options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD (UTC)."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error that shows the form."""
        if isinstance(value, date):
            return value
        try:
            day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            self.fail(f"{value!r} is not a date: write it like 2026-03-31", param, ctx)
        if not 2000 <= day.year < 2200:
            self.fail(f"{value} is not a day of this century or the next", param, ctx)
        return day


DAY = Day()

register_argument = click.argument(
    "register", type=click.Path(path_type=Path), default=Path(), envvar="MUNIMENT_REGISTER"
)
register_option = click.option(
    "-r",
    "--register",
    type=click.Path(path_type=Path),
    default=Path(),
    envvar="MUNIMENT_REGISTER",
    help="The register's directory (default: here, or $MUNIMENT_REGISTER).",
)
db_option = click.option(
    "--db",
    envvar="MUNIMENT_DB",
    help="The database: a path or a postgresql:// URL (default: muniment.sqlite in the register).",
)
as_of_option = click.option(
    "--as-of", type=DAY, help="Look back: what was believed at the end of that day (UTC), judged by today's checks."
)
pretend_option = click.option(
    "--pretend-now", type=DAY, help="Look ahead: judge as if it were that day. Nothing is written."
)
offline_option = click.option("--offline", is_flag=True, help="Ask no source; use the evidence at hand.")
live_option = click.option(
    "--live",
    type=click.IntRange(0),
    help="Ask about so many packages (default: the policy's live-limit); 0 asks about nothing at all.",
)
again_option = click.option(
    "--again", is_flag=True, help="Ask also what a run that was stopped within six hours has been told already."
)
org_option = click.option(
    "--org", "orgs", multiple=True, help="Only this organization on GitHub; may be given again."
)
FORMATS = ("table", "json", "csv", "markdown")
"""How every table can be printed."""


def format_of(*forms: str) -> Callable[[F], F]:
    """``--format``, with the forms that a command knows."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default="table",
        show_default=True,
        help="How to print the result.",
    )


format_option = format_of(*FORMATS)


def verbosity(function: F) -> F:
    """``-q`` and ``-v``, which ``telling`` heeds; commands need not pass them on."""
    quiet = click.option(
        "-q", "--quiet", is_flag=True, expose_value=False, callback=_remember, help="Only the result and errors."
    )
    loud = click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Say on stderr what is done, step by step.",
    )
    return quiet(loud(function))


def _remember(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[f"muniment.{param.name}"] = value
    if value and param.name == "verbose":
        began = time.monotonic()
        ctx.call_on_close(lambda: _account(ctx, time.monotonic() - began))


def _account(ctx: click.Context, seconds: float) -> None:
    """What a command worked on and how long it took, for those who asked with ``-v``."""
    from importlib.metadata import version

    from muniment.cli.telling import detail

    on = [f"{name} {ctx.params[name]}" for name in ("register", "db") if ctx.params.get(name)]
    detail(" · ".join([f"muniment {version('muniment')}", *on, f"{seconds:.1f} s"]))

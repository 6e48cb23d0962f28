"""Ask who still needs the access that they have: an access review."""

from __future__ import annotations

import click

from muniment.cli import Commands


class Review(Commands):
    """The commands of access reviews, each in a file of its own."""

    package = "muniment.cli.review"


@click.command("review", cls=Review)
def command() -> None:
    """Ask who still needs the access that they have: an access review.

    What was seen and what the register declares give the questions. Answers are lines of the register, with a name,
    a day and an end; nothing is sent, and nobody's access is changed.

    Begin with `muniment review start NAME --subproject X --by HANDLE --due DAY`.
    """

"""What the commands of access reviews share: the register as it stands on the disk, over the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from muniment.app.dossiers import Book
    from muniment.app.reviewing.sheet import Sheet
    from muniment.evidence.declared_review import DeclaredReview
    from muniment.ports import Store
    from muniment.register.reading import Register
    from muniment.wiring import Moment

review_argument = click.argument("review")
apply_option = click.option("--apply", is_flag=True, help="Write it. Without it the change is only shown.")
file_option = click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="The register's file to write to (default: the one that has such entries).",
)


def read(register: Path) -> Register:
    """The register as it stands; what could not be read of it is said."""
    from muniment import wiring
    from muniment.cli.telling import warn

    found = wiring.read_register(register)
    for line in wiring.unread_lines(found):
        warn(line)
    return found


def book_of(store: Store, register: Register) -> Book:
    """The register over what was seen: answers count as soon as they are written, before the next run."""
    from muniment.app.dossiers import Book, resolved
    from muniment.register.inventory import Inventory

    return Book(resolved(store, Inventory.of(register.evidence)), register.marking, register.whole)


def sheet_of(store: Store, book: Book, review: DeclaredReview, moment: Moment) -> Sheet:
    """The questions of a review, and a word on what could not be seen."""
    from muniment.app.reviewing.sheet import sheet
    from muniment.cli.telling import warn

    found = sheet(store, book, review, at=moment.at, now=moment.now)
    for line in found.unseen:
        warn(f"Could not be seen, so whoever holds it there is not asked about: {line}")
    return found

"""A private list in a file: what an owner asks their people by, readable by nobody else."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from muniment.actors.private_file import Foreign, opened_private, put_private
from muniment.actors.settings import HELP, Settings
from muniment.campaigns.message import Message
from muniment.model.errors import UsageError
from muniment.model.text import is_formula, plain
from muniment.ports import Delivery, Fate

CHANNEL = "csv"
COLUMNS = ("marking", "key", "campaign", "stage", "subject", "title", "text")
"""What a list of messages has; a file that does not begin with these is not ours."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.csv", re.ASCII)
_LONGEST = 10_000


class Lists:
    """Adds each message as a line to the list that it names, in one folder."""

    channel = CHANNEL
    per_minute = 6000

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def trouble(self) -> str:
        """Why no list can be written now."""
        return "" if self._folder.is_dir() else f"{self._folder} is no folder"

    async def deliver(self, message: Message) -> Delivery:
        """Add one line, on disk when this returns. Uncertain: the disk failed while it was being written."""
        if not _NAME.fullmatch(message.to):
            return Delivery(Fate.REFUSED, detail="this is not the name of a list, such as ada.csv")
        row = (
            *(message.label, message.key, message.campaign, message.stage),
            *(message.subject, message.title, message.text),
        )
        try:
            descriptor, is_new = opened_private(self._folder / message.to, _lines([COLUMNS]))
        except Foreign as why:
            return Delivery(Fate.REFUSED, detail=str(why))
        except OSError as fault:
            return Delivery(Fate.REFUSED, detail=f"the list cannot be opened: {fault.strerror}")
        try:
            with os.fdopen(descriptor, "ab") as file:
                file.write(_lines([COLUMNS, row] if is_new else [row]))
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            return Delivery(Fate.UNCERTAIN, detail=f"the list was being written: {fault.strerror}")
        return Delivery(Fate.SENT, receipt=message.to)


def write_list(file: Path, marking: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a private list of an owner's people: mode 0600, in place of an earlier one with the same columns.

    The first column is ``marking``. ``UsageError`` if another file lies there; it is left as it is.
    """
    head = ("marking", *columns)
    data = _lines([head, *((marking, *row) for row in rows)])
    put_private(file, _lines([head]), data)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_guarded(cell) for cell in row])
    return out.getvalue().encode()


def _guarded(cell: str) -> str:
    """The cell's lines, without control characters, so that no spreadsheet takes it for a formula."""
    text = "\n".join(plain(line, _LONGEST) for line in cell.splitlines())
    return f"'{text}" if is_formula(text) else text


def actor(settings: Settings) -> Lists:
    """The folder of ``MUNIMENT_LISTS``; ``UsageError`` if it is not set."""
    folder = settings.said("MUNIMENT_LISTS")
    if not folder:
        raise UsageError("no folder for private lists is set up", hint=f"MUNIMENT_LISTS=FOLDER; see {HELP}")
    return Lists(Path(folder))

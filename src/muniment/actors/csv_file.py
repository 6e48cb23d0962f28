"""A private list in a file: what an owner asks their people by, readable by nobody else."""

from __future__ import annotations

import csv
import io
import os
import re
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

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


class Foreign(Exception):
    """A file is there that is no such list, or not ours alone; ``str`` says what it is. It was left as it is."""


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
            *(message.marking.label, message.key, message.campaign, message.stage),
            *(message.subject, message.title, message.text),
        )
        try:
            descriptor, is_new = _opened(self._folder / message.to, COLUMNS)
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
    fresh = file.with_name(f".{file.name}.new")
    why = ""
    try:
        descriptor, _ = _opened(file, head)
        os.close(descriptor)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(file)
    except Foreign as fault:
        why = str(fault)
    except OSError as fault:
        why = f"{file} cannot be written: {fault.strerror}"
    if why:
        raise UsageError(why, hint="name a file that is not there yet")


def _opened(file: Path, columns: Sequence[str]) -> tuple[int, bool]:
    """A list, open for adding, and whether it has nothing in it yet; ``Foreign`` if it is no such list of ours."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if file.is_symlink():
        raise Foreign(f"{file.name} is a link, which is not followed")
    descriptor = os.open(file, flags, 0o600)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise Foreign(f"{file.name} is no plain file")
        if stat.S_IMODE(found.st_mode) & 0o077 or (hasattr(os, "geteuid") and found.st_uid != os.geteuid()):
            raise Foreign(f"{file.name} is open to others; chmod 600 closes it")
        head = _lines([columns])
        if found.st_size and os.pread(descriptor, len(head), 0) != head:
            raise Foreign(f"{file.name} is another file; it was left as it is")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, found.st_size == 0


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

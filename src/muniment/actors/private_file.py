"""Files that nobody but their owner can read, and that take the place of nothing else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from muniment.model.errors import UsageError


class Foreign(Exception):
    """A file is there that is another, or not ours alone; ``str`` says what it is. It was left as it is."""


def put_private(file: Path, head: bytes, data: bytes) -> None:
    """Put a file in place at once: mode 0600, in the place of an earlier one that began with ``head``, as it does.

    ``UsageError`` if another file lies there, or others can read it; it is left as it is.
    """
    fresh = file.with_name(f".{file.name}.new")
    why = ""
    try:
        descriptor, _ = opened_private(file, head)
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


def opened_private(file: Path, head: bytes) -> tuple[int, bool]:
    """A file, open for adding, and whether it has nothing in it yet; ``Foreign`` if it is none of ours.

    Ours is a plain file of our own that nobody else can read and that begins with ``head``, or is empty.
    """
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
        if found.st_size and os.pread(descriptor, len(head), 0) != head:
            raise Foreign(f"{file.name} is another file; it was left as it is")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor, found.st_size == 0

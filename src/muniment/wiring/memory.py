"""Keeps the search for cycles in memory out of the way of long work."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_one_go() -> Iterator[None]:
    """Let no memory be searched for cycles meanwhile: among a million values that takes longer than the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

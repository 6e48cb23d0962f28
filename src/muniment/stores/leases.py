"""One run at a time: the database remembers who holds it, and when the holder was last heard of."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from sqlalchemy import Connection

from muniment.model.errors import LeaseHeld
from muniment.stores.drivers import Driver
from muniment.stores.text import escaped, instant, micros, unescaped

LASTS = timedelta(minutes=15)
"""A holder that wrote nothing for so long has lost the lease. Every write renews it."""


def take(driver: Driver, connection: Connection, holder: str, now: datetime) -> None:
    """Take the lease for ``holder`` (``host:pid:random``); ``LeaseHeld`` if a live one has it."""
    for other, since, beat in driver.few(connection, "select holder, since, beat from lease where id = 1"):
        other = unescaped(other)
        if now - instant(beat) < LASTS and not _dead_here(other, holder):
            host, pid = [*other.split(":"), ""][:2]
            began = f"{instant(since):%Y-%m-%d %H:%M} UTC"
            raise LeaseHeld(
                f"another run is under way: process {pid or '?'} on {host}, since {began}",
                hint=f"wait for it to end; {LASTS.seconds // 60} minutes after its last sign of life its hold ends",
            )
    driver.run(connection, "delete from lease where id = 1")
    driver.run(
        connection,
        "insert into lease (id, holder, since, beat) values (1, ?, ?, ?)",
        (escaped(holder), micros(now), micros(now)),
    )


def renew(driver: Driver, connection: Connection, holder: str, now: datetime) -> None:
    """Tell that the holder lives; ``LeaseHeld`` if the lease went to somebody else meanwhile."""
    sql = "update lease set beat = ? where id = 1 and holder = ?"
    if driver.run(connection, sql, (micros(now), escaped(holder))) != 1:
        raise LeaseHeld(
            "this run was silent for so long that another one took the database over",
            hint="nothing of this step was kept; run again when the other run is done",
        )


def leave(driver: Driver, connection: Connection, holder: str) -> None:
    """Give the lease back."""
    driver.run(connection, "delete from lease where id = 1 and holder = ?", (escaped(holder),))


def _dead_here(other: str, ours: str) -> bool:
    """True if the other holder was a process of this machine that is no more."""
    host, _, rest = other.partition(":")
    pid = rest.partition(":")[0]
    if host != ours.partition(":")[0] or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False

"""Drops what is over and older than the policy keeps it, and remembers from when on each kind is whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from muniment.stores.answers import KEPT_FOR
from muniment.stores.drivers import Driver
from muniment.stores.text import instant, micros

_OVER = "until < ? and cell in (select id from cell where kind = ?)"  # what is believed now has no until


def over(driver: Driver, connection: Connection, keep: Mapping[str, int], now: datetime) -> dict[str, int]:
    """How many facts of each kind ended so many days ago; kinds of which there are none are left out."""
    found = {
        kind: driver.few(connection, f"select count(*) from fact where {_OVER}", (_before(days, now), kind))[0][0]  # noqa: S608
        for kind, days in sorted(keep.items())
    }
    return {kind: int(count) for kind, count in found.items() if count}


def drop(driver: Driver, connection: Connection, keep: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Drop them, and answers that are 30 days old; what is believed now stays whatever its age."""
    dropped = over(driver, connection, keep, now)
    for kind in dropped:
        at = _before(keep[kind], now)
        driver.run(connection, f"delete from fact where {_OVER}", (at, kind))  # noqa: S608
        driver.run(
            connection,
            """insert into horizon (kind, at) values (?, ?)
               on conflict (kind) do update set at = excluded.at where excluded.at > horizon.at""",
            (kind, at),
        )
    driver.run(connection, "delete from raw where at < ?", (micros(now - KEPT_FOR),))
    return dropped


def horizons(driver: Driver, connection: Connection) -> dict[str, datetime]:
    """By kind, the instant from which on its past is whole; kinds of which nothing was dropped are left out."""
    return {kind: instant(at) for kind, at in driver.few(connection, "select kind, at from horizon")}


def _before(days: int, now: datetime) -> int:
    return micros(now - timedelta(days=days))

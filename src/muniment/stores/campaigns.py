"""The log of what people decided about campaigns; a line is kept only if it can follow the others."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from muniment.campaigns.log import Campaign, Logged, after, fold
from muniment.evidence.kind import encode
from muniment.stores.drivers import Driver
from muniment.stores.text import escaped, micros, unescaped

decode = msgspec.json.Decoder(Logged).decode


def log(driver: Driver, connection: Connection, campaign: str | None) -> list[tuple[str, Logged]]:
    """The lines of one campaign, or of all, oldest first."""
    where, parameters = ("", ()) if campaign is None else ("where campaign = ?", (escaped(campaign),))
    return [
        (unescaped(name), decode(data))
        for name, data in driver.few(
            connection,
            f"select campaign, data from campaign_log {where} order by seq",  # noqa: S608 - a condition of our own
            parameters,
        )
    ]


def append(driver: Driver, connection: Connection, campaign: str, event: Logged) -> Campaign:
    """Append a line, in the writer's transaction, so that no other line comes between the look and the deed."""
    before = fold(campaign, (line for _, line in log(driver, connection, campaign)))
    then = after(campaign, before, event)
    ((newest,),) = driver.few(connection, "select coalesce(max(seq), 0) from campaign_log")
    driver.run(
        connection,
        "insert into campaign_log (seq, campaign, at, type, data) values (?, ?, ?, ?, ?)",
        (newest + 1, escaped(campaign), micros(event.at), type(event).__name__, encode(event).decode()),
    )
    return then

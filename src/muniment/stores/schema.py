"""The tables as they stand today; the migrations lead here from every earlier state.

Instants are microseconds since 1970 in UTC. Ids are given out by the writer, who holds the database alone:
they grow with time, so the newest batch of a cell up to an instant is the one with the greatest id.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

HEAD = "0004"
"""The revision that this program reads and writes."""

KNOWN = ("0001", "0002", "0003", "0004")
"""Every revision that it can upgrade from, oldest first."""

VERSION_TABLE = "muniment_version"

metadata = MetaData()

_big = BigInteger().with_variant(Integer, "sqlite")
_words = Text().with_variant(Text(collation="C"), "postgresql")  # compares by bytes, as SQLite does


run = Table(
    "run",
    metadata,
    Column("id", _big, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False, unique=True),
    Column("code", _words, nullable=False),
    Column("register", _words, nullable=False),
    Column("commit_id", _words, nullable=False),
    Column("judges", _words, nullable=False, server_default="{}"),
    Column("finished", Boolean, nullable=False, server_default=text("false")),
)

vantage = Table(
    "vantage",
    metadata,
    Column("id", _big, primary_key=True, autoincrement=False),
    Column("grants", _words, nullable=False, unique=True),
)

cell = Table(
    "cell",
    metadata,
    Column("id", _big, primary_key=True, autoincrement=False),
    Column("scope", _words, nullable=False),
    Column("kind", _words, nullable=False),
    Column("source", _words, nullable=False),
    UniqueConstraint("scope", "kind", "source", name="cell_name"),
)

# Each batch carries what is believed of its cell after it (standing, suspicion, believed marking, reparsed),
# so that a past instant is read from one row and never folded.
batch = Table(
    "batch",
    metadata,
    Column("id", _big, primary_key=True, autoincrement=False),
    Column("run", BigInteger, ForeignKey("run.id"), nullable=False),
    Column("cell", BigInteger, ForeignKey("cell.id"), nullable=False),
    Column("vantage", BigInteger, ForeignKey("vantage.id"), nullable=False),
    Column("outcome", _words, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Column("parser", _words, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("recipients", _words),
    Column("seen", Integer, nullable=False),
    Column("total", BigInteger),
    Column("detail", _words, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("closed", Integer, nullable=False),
    Column("standing", BigInteger),
    Column("suspicion", _words),
    Column("suspected", Integer, nullable=False),
    Column("believed_level", SmallInteger, nullable=False),
    Column("believed_recipients", _words),
    Column("reparsed", BigInteger, nullable=False, server_default=text("0")),
    Index("batch_of_cell", "cell", "id"),
    Index("batch_of_run", "run", "id"),
)

fact = Table(
    "fact",
    metadata,
    Column("cell", BigInteger, ForeignKey("cell.id"), primary_key=True, autoincrement=False),
    Column("key", _words, primary_key=True),
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger),
    Column("digest", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("vantage", BigInteger, nullable=False),
    Index(
        "fact_live",
        "cell",
        "key",
        unique=True,
        sqlite_where=text("until is null"),
        postgresql_where=text("until is null"),
    ),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column("seq", _big, primary_key=True, autoincrement=False),
    Column("run", BigInteger, nullable=False),
    Column("type", _words, nullable=False),
    Column("check_id", _words, nullable=False),
    Column("asset", _words, nullable=False),
    Column("key", _words, nullable=False),
    Column("data", _words, nullable=False),
)

# A projection of the log. Words and waivers are not copied: ``worded`` and ``waived`` point at their events.
finding = Table(
    "finding",
    metadata,
    Column("asset", _words, primary_key=True),
    Column("check_id", _words, primary_key=True),
    Column("key", _words, primary_key=True),
    Column("state", _words, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("why", _words, nullable=False),
    Column("again", Boolean, nullable=False),
    Column("how", _words),
    Column("since", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("worded", BigInteger, nullable=False),
    Column("waived", BigInteger),
    sqlite_with_rowid=False,
)

tally = Table(
    "tally",
    metadata,
    Column("run", BigInteger, ForeignKey("run.id"), primary_key=True, autoincrement=False),
    Column("check_id", _words, primary_key=True),
    Column("subproject", _words, primary_key=True),
    Column("verdict", _words, primary_key=True),
    Column("reason", _words, primary_key=True),
    Column("stale", Boolean, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("holder", _words, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
)

raw = Table(
    "raw",
    metadata,
    Column("url", _words, primary_key=True),
    Column("credential", LargeBinary, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("headers", _words, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("raw_by_age", "at"),
)

# That somebody was forgotten, and how many rows it touched; never who. ``clean``: the file was made anew since.
forgotten = Table(
    "forgotten",
    metadata,
    Column("act", _big, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("touched", _words, nullable=False),
    Column("clean", Boolean, nullable=False),
)

# Of this kind, facts that ended before this instant may have been dropped: nothing is answered from before it.
horizon = Table(
    "horizon",
    metadata,
    Column("kind", _words, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# What people decided about campaigns, oldest first. Nothing in it is changed, but by an act of forgetting.
campaign_log = Table(
    "campaign_log",
    metadata,
    Column("seq", _big, primary_key=True, autoincrement=False),
    Column("campaign", _words, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("type", _words, nullable=False),
    Column("data", _words, nullable=False),
)

# Every message that was ever handed to a channel, by its key, and what became of it. Addresses are redacted.
outbox = Table(
    "outbox",
    metadata,
    Column("key", _words, primary_key=True),
    Column("campaign", _words, nullable=False),
    Column("subject", _words, nullable=False),
    Column("stage", _words, nullable=False),
    Column("channel", _words, nullable=False),
    Column("shown_to", _words, nullable=False),
    Column("state", _words, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("detail", _words, nullable=False),
    Index("outbox_of_campaign", "campaign", "key"),
)

"""The first milestone: runs, batches, facts, the log, findings, tallies and the lease."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of an empty database."""
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "run",
        sa.Column("id", big, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False, unique=True),
        sa.Column("code", words, nullable=False),
        sa.Column("register", words, nullable=False),
        sa.Column("commit_id", words, nullable=False),
        sa.Column("judges", words, nullable=False, server_default="{}"),
        sa.Column("finished", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_table(
        "vantage",
        sa.Column("id", big, primary_key=True, autoincrement=False),
        sa.Column("grants", words, nullable=False, unique=True),
    )
    op.create_table(
        "cell",
        sa.Column("id", big, primary_key=True, autoincrement=False),
        sa.Column("scope", words, nullable=False),
        sa.Column("kind", words, nullable=False),
        sa.Column("source", words, nullable=False),
        sa.UniqueConstraint("scope", "kind", "source", name="cell_name"),
    )
    op.create_table(
        "batch",
        sa.Column("id", big, primary_key=True, autoincrement=False),
        sa.Column("run", sa.BigInteger, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("cell", sa.BigInteger, sa.ForeignKey("cell.id"), nullable=False),
        sa.Column("vantage", sa.BigInteger, sa.ForeignKey("vantage.id"), nullable=False),
        sa.Column("outcome", words, nullable=False),
        sa.Column("observed_at", sa.BigInteger, nullable=False),
        sa.Column("parser", words, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("recipients", words),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("total", sa.BigInteger),
        sa.Column("detail", words, nullable=False),
        sa.Column("opened", sa.Integer, nullable=False),
        sa.Column("closed", sa.Integer, nullable=False),
        sa.Column("standing", sa.BigInteger),
        sa.Column("suspicion", words),
        sa.Column("suspected", sa.Integer, nullable=False),
        sa.Column("believed_level", sa.SmallInteger, nullable=False),
        sa.Column("believed_recipients", words),
    )
    op.create_index("batch_of_cell", "batch", ["cell", "id"])
    op.create_index("batch_of_run", "batch", ["run", "id"])
    op.create_table(
        "fact",
        sa.Column("cell", sa.BigInteger, sa.ForeignKey("cell.id"), primary_key=True, autoincrement=False),
        sa.Column("key", words, primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("vantage", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "fact_live",
        "fact",
        ["cell", "key"],
        unique=True,
        sqlite_where=sa.text("until is null"),
        postgresql_where=sa.text("until is null"),
    )
    op.create_table(
        "event",
        sa.Column("seq", big, primary_key=True, autoincrement=False),
        sa.Column("run", sa.BigInteger, nullable=False),
        sa.Column("type", words, nullable=False),
        sa.Column("check_id", words, nullable=False),
        sa.Column("asset", words, nullable=False),
        sa.Column("key", words, nullable=False),
        sa.Column("data", words, nullable=False),
    )
    op.create_table(
        "finding",
        sa.Column("asset", words, primary_key=True),
        sa.Column("check_id", words, primary_key=True),
        sa.Column("key", words, primary_key=True),
        sa.Column("state", words, nullable=False),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("why", words, nullable=False),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("how", words),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("worded", sa.BigInteger, nullable=False),
        sa.Column("waived", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("run", sa.BigInteger, sa.ForeignKey("run.id"), primary_key=True, autoincrement=False),
        sa.Column("check_id", words, primary_key=True),
        sa.Column("subproject", words, primary_key=True),
        sa.Column("verdict", words, primary_key=True),
        sa.Column("reason", words, primary_key=True),
        sa.Column("stale", sa.Boolean, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "lease",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", words, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
    )

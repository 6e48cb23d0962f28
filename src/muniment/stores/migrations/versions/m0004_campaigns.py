"""What people decide about campaigns is logged, and what was handed over for sending is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the two tables."""
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "campaign_log",
        sa.Column("seq", big, primary_key=True, autoincrement=False),
        sa.Column("campaign", words, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("type", words, nullable=False),
        sa.Column("data", words, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("key", words, primary_key=True),
        sa.Column("campaign", words, nullable=False),
        sa.Column("subject", words, nullable=False),
        sa.Column("stage", words, nullable=False),
        sa.Column("channel", words, nullable=False),
        sa.Column("shown_to", words, nullable=False),
        sa.Column("state", words, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("detail", words, nullable=False),
    )
    op.create_index("outbox_of_campaign", "outbox", ["campaign", "key"])

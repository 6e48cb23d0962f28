"""Acts of forgetting are counted, and each kind says from when on its past is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the two tables."""
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "forgotten",
        sa.Column("act", big, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("touched", words, nullable=False),
        sa.Column("clean", sa.Boolean, nullable=False),
    )
    op.create_table(
        "horizon",
        sa.Column("kind", words, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )

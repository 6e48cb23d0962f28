"""HTTP answers are kept for conditional requests; each batch says when a cell's parser last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the table and the column, and fill the column from the batches that are there."""
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "raw",
        sa.Column("url", words, primary_key=True),
        sa.Column("credential", sa.LargeBinary, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("headers", words, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("raw_by_age", "raw", ["at"])
    op.add_column("batch", sa.Column("reparsed", sa.BigInteger, nullable=False, server_default=sa.text("0")))
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    parser: dict[int, str] = {}  # by cell, of the look believed
    changed: dict[int, int] = {}  # by cell, the run of the last change
    filled: list[dict[str, int]] = []
    for id, run, cell, own, standing in connection.execute(
        sa.text("select id, run, cell, parser, standing from batch order by id")
    ):
        if standing == id and parser.setdefault(cell, own) != own:
            parser[cell], changed[cell] = own, run
        if cell in changed:
            filled.append({"b": id, "r": changed[cell]})
    if filled:
        connection.execute(sa.text("update batch set reparsed = :r where id = :b"), filled)

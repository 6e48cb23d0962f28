"""Runs the steps on the connection that the opener gives, inside its transaction."""

from __future__ import annotations

from alembic import context

from muniment.stores.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()

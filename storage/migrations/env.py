"""Runs the migrations over the connection it is handed, within its transaction."""

from alembic import context
from sqlalchemy import Connection

from storage import case_tables, people_tables, talk_tables
from storage.columns import METADATA

TABLES = (case_tables, people_tables, talk_tables)
"""Named here so that METADATA is complete."""


def run(connection: Connection) -> None:
    """Run what is still missing."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])

"""Bringing a store up to the newest revision, by Alembic."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage.columns import is_postgres
from storage.schema import MIGRATIONS

ONE_AT_A_TIME = 7_362_914_005
"""Any number, but the same on every node: the key of PostgreSQL's advisory lock."""


def configuration(connection: Connection) -> Config:
    """Alembic's settings for an open connection; no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring the store up to the newest revision, within the caller's transaction (one without a limit of time).

    Nodes that migrate at the same time wait for one another: on SQLite by the one writer, on PostgreSQL by a lock,
    taken before Alembic starts, since Alembic keeps its context for the whole process.
    """
    if is_postgres(connection.dialect):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    command.upgrade(configuration(connection), "head")

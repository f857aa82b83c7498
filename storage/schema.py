"""The schema's revision: bringing a store up to it, and telling whether a store has it."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

NOT_MIGRATED = "数据库的表还没有更新到这个版本，请先运行 gridbell migrate。"
MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 7_362_914_005
"""Any number, but the same on every node: the key of PostgreSQL's advisory lock."""


def configuration(connection: Connection) -> Config:
    """Alembic's settings for an open connection; no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def newest_revision() -> str:
    """The revision that this code was written for."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    return str(scripts.get_current_head())


@cache
def known_revisions() -> frozenset[str]:
    """Every revision that this code has a migration to."""
    return frozenset(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def revision_of(connection: Connection) -> str | None:
    """The store's revision; None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def is_behind(revision: str | None) -> bool:
    """Whether a store of that revision must be migrated first. A newer one than ours serves us too: migrations only
    add, until no old node is left."""
    return revision is None or (revision in known_revisions() and revision != newest_revision())


def upgrade(connection: Connection) -> None:
    """Bring the store up to the newest revision, within the caller's transaction (one without a limit of time).

    Nodes that migrate at the same time wait for one another: on SQLite by the one writer, on PostgreSQL by a lock,
    taken before Alembic starts, since Alembic keeps its context for the whole process.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    command.upgrade(configuration(connection), "head")

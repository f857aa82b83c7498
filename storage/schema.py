"""The schema's revision: telling which one a store has, and whether that will do."""

from functools import cache
from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

NOT_MIGRATED = "数据库的表还没有更新到这个版本，请先运行 gridbell migrate。"
MIGRATIONS = Path(__file__).parent / "migrations"
ALEMBICS = table("alembic_version", column("version_num"))
"""Where Alembic keeps the store's revision."""


@cache
def known_revisions() -> tuple[str, ...]:
    """Every revision that this code has a migration to, oldest first: the numbers with which the files' names begin."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def newest_revision() -> str:
    """The revision that this code was written for."""
    return known_revisions()[-1]


def revision_of(connection: Connection) -> str | None:
    """The store's revision; None before the first migration."""
    if not inspect(connection).has_table(ALEMBICS.name):
        return None
    revision: str | None = connection.execute(select(ALEMBICS)).scalar()
    return revision


def is_behind(revision: str | None) -> bool:
    """Whether a store of that revision must be migrated first. A newer one than ours serves us too: migrations only
    add, until no old node is left."""
    return revision is None or (revision in known_revisions() and revision != newest_revision())


def upgrade(connection: Connection) -> None:
    """Bring the store up to the newest revision (`storage.migrating.upgrade`).

    Alembic is loaded here, when it is needed: it takes 10 MB, and a good part of the time in which a node starts.
    """
    import_module("storage.migrating").upgrade(connection)

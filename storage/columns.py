"""Column types, names and inserts that mean the same on SQLite and PostgreSQL."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Float, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeDecorator

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
BIG_ID = BigInteger().with_variant(Integer(), "sqlite")
JSON_TEXT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def to_json(value: Any) -> str:
    """As JSON text. What has half a character in it, which orjson refuses, is written escaped."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. A naive one raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Towards the store."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """None on PostgreSQL, whose driver gives aware instants in UTC: of a case alone there are seventeen."""
        return None if is_postgres(dialect) else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back from the store."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Seconds(TypeDecorator[timedelta]):
    """A length of time, kept as a number of seconds."""

    impl = Float
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> float | None:
        """Towards the store."""
        return None if value is None else value.total_seconds()

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Back from the store: all drivers give a float."""
        return _length


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def is_postgres(dialect: Dialect) -> bool:
    """Whether the other end is PostgreSQL."""
    return dialect.name == "postgresql"


def insert_into(dialect: Dialect, table: Table) -> PostgresInsert | SqliteInsert:
    """An insert of that dialect, which knows ON CONFLICT."""
    return PostgresInsert(table) if is_postgres(dialect) else SqliteInsert(table)


async def insert_new(connection: AsyncConnection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows, leaving those whose key exists as they are; how many were new."""
    kept = [dict(row) for row in rows]
    if not kept:
        return 0
    first = next(iter(table.primary_key.columns))
    statement = insert_into(connection.dialect, table).on_conflict_do_nothing().returning(first)
    return len((await connection.execute(statement, kept)).all())


async def put_rows(connection: AsyncConnection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, replacing those whose key exists."""
    kept = [dict(row) for row in rows]
    if not kept:
        return
    keys = [column.name for column in table.primary_key.columns]
    statement = insert_into(connection.dialect, table)
    replaced = {name: statement.excluded[name] for name in kept[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced), kept)

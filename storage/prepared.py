"""Statements of the hot path: put into words once for each database, and handed to the driver with the least ado.

What SQLAlchemy does for each execution (make the statement, look up its words, wrap its rows) costs more than the
database's own work where a statement serves a whole batch.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import aiosqlite
from sqlalchemy import Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from storage.columns import is_postgres

Read = Callable[[Any], Any]
Statement = Select[Any] | UpdateBase
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class _Words:
    """A statement in one database's words: what is bound in which order, and how each column is read."""

    sql: str
    bound: Sequence[str]
    constants: Mapping[str, Any]
    readers: Sequence[Read | None]

    @classmethod
    def of(cls, statement: Statement, dialect: Dialect) -> "_Words":
        compiled = statement.compile(dialect=dialect)
        constants = {name: bound.value for name, bound in compiled.binds.items() if not bound.required}
        kinds = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
        readers = [kind.result_processor(dialect, None) for kind in kinds]
        return cls(str(compiled), tuple(compiled.positiontup or ()), constants, readers)

    def values(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(given[name] if name in given else self.constants[name] for name in self.bound)

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        pairs = zip(row, self.readers, strict=True)
        return tuple(value if read is None or value is None else read(value) for value, read in pairs)


class Prepared:
    """One statement. `word` makes it for PostgreSQL (True) or for SQLite (False), with named parameters in it."""

    def __init__(self, word: Callable[[bool], Statement]) -> None:
        self._word = word
        self._words: dict[str, _Words] = {}

    async def run(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Rows:
        """Its rows, each with its columns in order. `values` by name are the driver's own (`storage.rows.written`).

        Raises DBAPIError.
        """
        words = self._words.get(connection.dialect.name)
        if words is None:
            words = _Words.of(self._word(is_postgres(connection)), connection.dialect)
            self._words[connection.dialect.name] = words
        return [words.read(row) for row in await _rows(connection, words.sql, words.values(values))]


async def _rows(connection: AsyncConnection, sql: str, values: tuple[Any, ...]) -> Rows:
    """On SQLite in one visit to the driver's thread, where SQLAlchemy's cursor takes four."""
    if is_postgres(connection):
        return (await connection.exec_driver_sql(sql, values)).all()
    driver = cast(aiosqlite.Connection, (await connection.get_raw_connection()).driver_connection)
    try:
        return list(await driver.execute_fetchall(sql, values))
    except sqlite3.Error as fault:
        raise DBAPIError.instance(
            sql, None, fault, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
        ) from fault

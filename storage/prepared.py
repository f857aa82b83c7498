"""Statements of the hot path: put into words once for each database, and handed to the driver with the least ado.

What SQLAlchemy does for each execution (make the statement, look up its words, wrap its rows) costs more than the
database's own work where a statement serves a whole batch.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import aiosqlite
from sqlalchemy import Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from storage.columns import is_postgres
from storage.rows import Sheaf

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

    def read(self, rows: Rows) -> Rows:
        """The rows as they came where no column is to be read in its own way."""
        own = [(place, read) for place, read in enumerate(self.readers) if read is not None]
        return [_with(own, row) for row in rows] if own else rows


def _with(readers: Iterable[tuple[int, Read]], row: Sequence[Any]) -> Sequence[Any]:
    values = list(row)
    for place, read in readers:
        if values[place] is not None:
            values[place] = read(values[place])
    return values


class Prepared:
    """One statement, with a place for rows. `word` makes both for a database."""

    def __init__(self, word: Callable[[Dialect], tuple[Statement, Sheaf]]) -> None:
        self._word = word
        self._words: dict[str, tuple[_Words, Sheaf]] = {}

    async def run(self, connection: AsyncConnection, rows: Iterable[Sequence[Any]]) -> Rows:
        """What it gives for those rows, each with its columns in order. Raises DBAPIError."""
        found = self._words.get(connection.dialect.name)
        if found is None:
            statement, sheaf = self._word(connection.dialect)
            found = self._words[connection.dialect.name] = _Words.of(statement, connection.dialect), sheaf
        words, sheaf = found
        given = await _rows(connection, words.sql, words.values(sheaf.filled(rows)))
        return words.read(given)


async def _rows(connection: AsyncConnection, sql: str, values: tuple[Any, ...]) -> Rows:
    """On SQLite in one visit to the driver's thread, where SQLAlchemy's cursor takes four."""
    if is_postgres(connection.dialect):
        return (await connection.exec_driver_sql(sql, values)).all()
    driver = cast(aiosqlite.Connection, (await connection.get_raw_connection()).driver_connection)
    try:
        return list(await driver.execute_fetchall(sql, values))
    except sqlite3.Error as fault:
        raise DBAPIError.instance(
            sql, None, fault, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
        ) from fault

"""Rows handed to a statement in one piece, so that its words are the same for one row and for 256.

A statement whose words never change is compiled, prepared and planned once.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    Dialect,
    String,
    Subquery,
    Table,
    Text,
    bindparam,
    column,
    func,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from storage.columns import is_postgres

SQLITE = "sqlite"


def handed(
    connection: AsyncConnection, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]], name: str = "handed"
) -> Subquery:
    """A subquery with those rows, its columns named and typed like the given ones; rows keep their order."""
    if is_postgres(connection):
        return _unnested(columns, rows, name)
    return _from_json(connection, columns, rows, name)


class Rows:
    """The same for a statement that is built once and run again and again with other rows."""

    def __init__(self, columns: Sequence[Column[Any]], name: str) -> None:
        self._columns, self._name = columns, name

    def subquery(self, dialect: str) -> Subquery:
        """The rows of `values`, whatever these are, in a statement for that dialect."""
        if dialect == SQLITE:
            return _each(self._columns, bindparam(self._name, type_=Text()), self._name)
        arrays = [
            bindparam(f"{self._name}_{place}", type_=ARRAY(_unlimited(column.type)))
            for place, column in enumerate(self._columns)
        ]
        return _zipped(self._columns, arrays, self._name)

    def values(self, dialect: Dialect, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """What the statement is run with."""
        if dialect.name == SQLITE:
            return {self._name: _written(dialect, self._columns, rows)}
        return {f"{self._name}_{place}": [row[place] for row in rows] for place in range(len(self._columns))}


def _unnested(columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]], name: str) -> Subquery:
    """One array a column (PostgreSQL)."""
    arrays = [
        literal([row[place] for row in rows], ARRAY(_unlimited(column.type))) for place, column in enumerate(columns)
    ]
    return _zipped(columns, arrays, name)


def _zipped(columns: Sequence[Column[Any]], arrays: Sequence[BindParameter[Any]], name: str) -> Subquery:
    names = [column(f"handed_{place}", _unlimited(one.type)) for place, one in enumerate(columns)]
    table = func.unnest(*arrays).table_valued(*names).render_derived()
    found = [table.c[f"handed_{place}"].label(one.name) for place, one in enumerate(columns)]
    return select(*found).subquery(name)


def _unlimited(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type without a length: PostgreSQL would cut longer values off in silence."""
    return Text() if isinstance(kind, String) else kind


def _from_json(
    connection: AsyncConnection, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]], name: str
) -> Subquery:
    """One JSON text with a list a row (SQLite), each value as the store itself would write it."""
    return _each(columns, literal(_written(connection.dialect, columns, rows)), name)


def _written(dialect: Dialect, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]]) -> str:
    writers = [one.type.dialect_impl(dialect).bind_processor(dialect) for one in columns]
    written = [[write(value) if write else value for write, value in zip(writers, row, strict=True)] for row in rows]
    return json.dumps(written)


def _each(columns: Sequence[Column[Any]], written: BindParameter[Any], name: str) -> Subquery:
    each = func.json_each(written).table_valued("value")
    found = [
        type_coerce(func.json_extract(each.c.value, f"$[{place}]"), one.type).label(one.name)
        for place, one in enumerate(columns)
    ]
    return select(*found).subquery(name)


class Sheaf:
    """The place for rows in a statement that is made once and executed again and again.

    `table` is the subquery, its columns named and typed like the given ones (none of them binary); rows keep their
    order.
    """

    def __init__(self, dialect: Dialect, columns: Sequence[Column[Any]], name: str = "handed") -> None:
        self._postgres = dialect.name == "postgresql"
        self._writers = [one.type.dialect_impl(dialect).bind_processor(dialect) for one in columns]
        if self._postgres:
            kinds = [_unlimited(one.type) for one in columns]
            arrays = [bindparam(f"{name}_{place}", type_=ARRAY(kind, dimensions=1)) for place, kind in enumerate(kinds)]
            names = [column(f"handed_{place}", kind) for place, kind in enumerate(kinds)]
            each = func.unnest(*arrays).table_valued(*names).render_derived()
            found = [each.c[f"handed_{place}"].label(one.name) for place, one in enumerate(columns)]
        else:
            each = func.json_each(bindparam(name, type_=Text())).table_valued("value")
            found = [
                type_coerce(func.json_extract(each.c.value, f"$[{place}]"), one.type).label(one.name)
                for place, one in enumerate(columns)
            ]
        self._name = name
        self.table = select(*found).subquery(name)

    def filled(self, rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
        """The parameters that put those rows in their place; there is at least one."""
        columns = list(zip(*rows, strict=True))
        if self._postgres:
            return {f"{self._name}_{place}": values for place, values in enumerate(columns)}
        written = [
            [write(value) for value in values] if write else values
            for write, values in zip(self._writers, columns, strict=True)
        ]
        return {self._name: json.dumps(list(zip(*written, strict=True)))}


def insert_unless_there(
    dialect: Dialect, table: Table, columns: Sequence[Column[Any]], rows: Subquery
) -> PostgresInsert | SqliteInsert:
    """The statement that inserts those rows, leaving what exists under a key of theirs as it is."""
    inserting = PostgresInsert(table) if dialect.name == "postgresql" else SqliteInsert(table)
    found = select(rows).where(text("1 = 1"))  # SQLite would take ON CONFLICT for a join without it
    return inserting.from_select(list(columns), found).on_conflict_do_nothing()

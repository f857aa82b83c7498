"""Rows handed to a statement in one piece, so that its words are the same for one row and for 256.

A statement whose words never change is compiled, prepared and planned once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    Dialect,
    Select,
    String,
    Subquery,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from storage.columns import Seconds, UtcDateTime, is_postgres, to_json

Write = Callable[[Any], Any]


class Sheet:
    """The shape of rows that a prepared statement gets: columns named and typed like the given ones."""

    def __init__(self, columns: Sequence[Column[Any]], name: str = "handed") -> None:
        self._columns, self._name = tuple(columns), name
        self._writers: dict[str, Sequence[Write | None]] = {}

    def subquery(self, postgres: bool) -> Subquery:
        """The rows in a statement, in their order; they are bound when it runs, to what `values` gives."""
        if postgres:
            return _unnested(self._columns, [self._parameter(place) for place in range(len(self._columns))], self._name)
        return _from_json(self._columns, bindparam(self._name, type_=Text()), self._name)

    def values(self, connection: AsyncConnection, rows: Sequence[Sequence[Any]]) -> Mapping[str, Any]:
        """What to bind for these rows, each value as the store itself would write it."""
        writers = self._writers_of(connection.dialect)
        written = [list(map(_written, writers, row)) for row in rows]
        if not is_postgres(connection):
            return {self._name: to_json(written)}
        return {f"{self._name}_{place}": [row[place] for row in written] for place in range(len(self._columns))}

    def _parameter(self, place: int) -> BindParameter[Any]:
        return bindparam(f"{self._name}_{place}", type_=ARRAY(_unlimited(self._columns[place].type)))

    def _writers_of(self, dialect: Dialect) -> Sequence[Write | None]:
        if dialect.name not in self._writers:
            found = [one.type.dialect_impl(dialect).bind_processor(dialect) for one in self._columns]
            self._writers[dialect.name] = found
        return self._writers[dialect.name]


def _written(write: Write | None, value: Any) -> Any:
    return value if write is None or value is None else write(value)


def handed(
    connection: AsyncConnection, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]], name: str = "handed"
) -> Subquery:
    """A subquery with those rows, its columns named and typed like the given ones; rows keep their order."""
    if not is_postgres(connection):
        text = Sheet(columns, name).values(connection, rows)[name]
        return _from_json(columns, bindparam(name, text, type_=Text(), unique=True), name)
    arrays = [
        bindparam(f"{name}_{place}", [row[place] for row in rows], type_=ARRAY(_unlimited(one.type)), unique=True)
        for place, one in enumerate(columns)
    ]
    return _unnested(columns, arrays, name)


def _unnested(columns: Sequence[Column[Any]], arrays: Sequence[BindParameter[Any]], name: str) -> Subquery:
    """One array a column (PostgreSQL)."""
    names = [column(f"handed_{place}", _unlimited(one.type)) for place, one in enumerate(columns)]
    table = func.unnest(*arrays).table_valued(*names).render_derived()
    found = [table.c[f"handed_{place}"].label(one.name) for place, one in enumerate(columns)]
    return select(*found).subquery(name)


def _unlimited(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type without a length: PostgreSQL would cut longer values off in silence."""
    return Text() if isinstance(kind, String) else kind


def _from_json(columns: Sequence[Column[Any]], text: BindParameter[Any], name: str) -> Subquery:
    """One JSON text with a list a row (SQLite)."""
    each = func.json_each(text).table_valued("value")
    found = [
        type_coerce(func.json_extract(each.c.value, f"$[{place}]"), one.type).label(one.name)
        for place, one in enumerate(columns)
    ]
    return select(*found).subquery(name)


class Sheaf:
    """The place for rows in a statement that is made once and executed again and again, with one JSON text.

    `table` is the subquery, its columns named and typed like the given ones (none of them binary); rows keep their
    order. On PostgreSQL, too: its driver looks at each value of an array several times to tell whether it is a row.
    """

    def __init__(self, dialect: Dialect, columns: Sequence[Column[Any]], name: str = "handed") -> None:
        self._name, self._postgres = name, dialect.name == "postgresql"
        find, writer = (_recordset, _json_value) if self._postgres else (_json_each, _own_value)
        self._keys = [f"v{place}" for place in range(len(columns))]
        self._writers = [writer(one, dialect) for one in columns]
        self.table = find(bindparam(name, type_=Text()), columns).subquery(name)

    def filled(self, rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
        """The parameters that put those rows in their place; there is at least one."""
        columns = zip(self._writers, zip(*rows, strict=True), strict=True)
        written = zip(*([*map(write, values)] if write else values for write, values in columns), strict=True)
        handing = [dict(zip(self._keys, row, strict=True)) for row in written] if self._postgres else list(written)
        return {self._name: to_json(handing)}


Writer: TypeAlias = Callable[[Any], Any] | None


def _recordset(rows: BindParameter[str], columns: Sequence[Column[Any]]) -> Select[Any]:
    named = [column(f"v{place}", _unlimited(one.type)) for place, one in enumerate(columns)]
    each = func.json_to_recordset(cast(rows, postgresql.JSON)).table_valued(*named).render_derived(with_types=True)
    return select(*(each.c[here.name].label(one.name) for here, one in zip(named, columns, strict=True)))


def _json_each(rows: BindParameter[str], columns: Sequence[Column[Any]]) -> Select[Any]:
    value = func.json_each(rows).table_valued("value").c.value
    found = [type_coerce(func.json_extract(value, f"$[{place}]"), one.type) for place, one in enumerate(columns)]
    return select(*(value.label(one.name) for value, one in zip(found, columns, strict=True)))


def _own_value(one: Column[Any], dialect: Dialect) -> Writer:
    """As the store itself would write it."""
    return one.type.dialect_impl(dialect).bind_processor(dialect)


def _json_value(one: Column[Any], dialect: Dialect) -> Writer:
    """As JSON has it, so that the server reads it as that type."""
    match one.type:
        case UtcDateTime():
            return _instant
        case Seconds():
            return _own_value(one, dialect)
        case _:
            return None


def _instant(value: datetime | None) -> str | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return None if value is None else value.isoformat()


def insert_unless_there(
    dialect: Dialect, table: Table, columns: Sequence[Column[Any]], rows: Subquery
) -> PostgresInsert | SqliteInsert:
    """The statement that inserts those rows, leaving what exists under a key of theirs as it is."""
    inserting = PostgresInsert(table) if dialect.name == "postgresql" else SqliteInsert(table)
    found = select(rows).where(text("1 = 1"))  # SQLite would take ON CONFLICT for a join without it
    return inserting.from_select(list(columns), found).on_conflict_do_nothing()

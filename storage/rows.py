"""Rows handed to a statement in one piece, so that its words are the same for one row and for 256.

A statement whose words never change is compiled, prepared and planned once.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
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

from storage.columns import Seconds, UtcDateTime, insert_into, is_postgres, to_json
from storage.overlays import OverlayJson, dumped

Writer: TypeAlias = Callable[[Any], Any] | None


class Sheaf:
    """The place for rows in a statement that is made once and executed again and again, with one JSON text.

    `table` is the subquery, its columns named and typed like the given ones (none of them binary); rows keep their
    order. On PostgreSQL, too: its driver looks at each value of an array several times to tell whether it is a row.
    """

    def __init__(self, dialect: Dialect, columns: Sequence[Column[Any]], name: str = "handed") -> None:
        self._columns, self._name, self._postgres = tuple(columns), name, is_postgres(dialect)
        writer = _json_value if self._postgres else _own_value
        self._keys = [f"v{place}" for place in range(len(self._columns))]
        self._writers = [writer(one, dialect) for one in self._columns]
        self.table = self._from(bindparam(name, type_=Text()))

    def filled(self, rows: Iterable[Sequence[Any]]) -> dict[str, str]:
        """The parameter that puts those rows in their place."""
        columns = list(zip(*rows, strict=True))
        if not columns:
            return {self._name: "[]"}
        pairs = zip(self._writers, columns, strict=True)
        written = zip(*([*map(write, values)] if write else values for write, values in pairs), strict=True)
        if self._postgres:
            return {self._name: to_json([dict(zip(self._keys, row, strict=True)) for row in written])}
        return {self._name: to_json(list(written))}

    def holding(self, rows: Sequence[Sequence[Any]]) -> Subquery:
        """A subquery with the rows themselves, for a statement that is executed once."""
        return self._from(bindparam(self._name, self.filled(rows)[self._name], type_=Text(), unique=True))

    def _from(self, written: BindParameter[str]) -> Subquery:
        find = _recordset if self._postgres else _json_each
        return find(written, self._columns).subquery(self._name)


def handed(
    connection: AsyncConnection, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]], name: str = "handed"
) -> Subquery:
    """A subquery with those rows, its columns named and typed like the given ones; rows keep their order."""
    return Sheaf(connection.dialect, columns, name).holding(rows)


def _recordset(rows: BindParameter[str], columns: Sequence[Column[Any]]) -> Select[Any]:
    named = [column(f"v{place}", _unlimited(one.type)) for place, one in enumerate(columns)]
    each = func.json_to_recordset(cast(rows, postgresql.JSON)).table_valued(*named).render_derived(with_types=True)
    return select(*(each.c[here.name].label(one.name) for here, one in zip(named, columns, strict=True)))


def _json_each(rows: BindParameter[str], columns: Sequence[Column[Any]]) -> Select[Any]:
    value = func.json_each(rows).table_valued("value").c.value
    found = [type_coerce(func.json_extract(value, f"$[{place}]"), one.type) for place, one in enumerate(columns)]
    return select(*(value.label(one.name) for value, one in zip(found, columns, strict=True)))


def _unlimited(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type without a length: PostgreSQL would cut longer values off in silence."""
    return Text() if isinstance(kind, String) else kind


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
        case OverlayJson():
            return dumped
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
    found = select(rows).where(text("1 = 1"))  # SQLite would take ON CONFLICT for a join without it
    return insert_into(dialect, table).from_select(list(columns), found).on_conflict_do_nothing()

"""Rows handed to a statement in one piece, so that its words are the same for one row and for 256.

A statement whose words never change is compiled, prepared and planned once.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Column, String, Subquery, Text, column, func, literal, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from storage.columns import is_postgres


def handed(
    connection: AsyncConnection, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]], name: str = "handed"
) -> Subquery:
    """A subquery with those rows, its columns named and typed like the given ones; rows keep their order."""
    if is_postgres(connection):
        return _unnested(columns, rows, name)
    return _from_json(connection, columns, rows, name)


def _unnested(columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]], name: str) -> Subquery:
    """One array a column (PostgreSQL)."""
    arrays = [
        literal([row[place] for row in rows], ARRAY(_unlimited(column.type))) for place, column in enumerate(columns)
    ]
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
    dialect = connection.dialect
    writers = [one.type.dialect_impl(dialect).bind_processor(dialect) for one in columns]
    written = [[write(value) if write else value for write, value in zip(writers, row, strict=True)] for row in rows]
    each = func.json_each(json.dumps(written)).table_valued("value")
    found = [
        type_coerce(func.json_extract(each.c.value, f"$[{place}]"), one.type).label(one.name)
        for place, one in enumerate(columns)
    ]
    return select(*found).subquery(name)

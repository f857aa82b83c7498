"""All that is kept of somebody, told in a way in which only what happened makes a difference."""

import json
import re
from typing import Any

from sqlalchemy import ColumnElement, Table, false, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.case_tables import REPORTERS
from storage.columns import METADATA

CHANCE = frozenset({"id", "salt", "digest", "fence", "lease_until", "backwards"})
"""Columns that differ from run to run."""
NUMBER = re.compile(r"\b[A-Z]{2}\d{6}-\d{4,}")
Book = list[str]


async def book(connection: AsyncConnection, name: str) -> Book:
    """Every row that has to do with those whose names begin so; a case is told by a sign for its number."""
    theirs = select(REPORTERS.c.case).where(REPORTERS.c.user.startswith(name, autoescape=True))
    cases = [row.case for row in await connection.execute(theirs)]
    lines: list[str] = []
    for table in METADATA.sorted_tables:
        found = await connection.execute(select(table).where(_is_theirs(table, name, cases)))
        lines += [line for row in found.mappings() if (line := _line(table, dict(row), name))]
    return sorted(lines)


def _is_theirs(table: Table, name: str, cases: list[str]) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [false()]
    for column in table.c:
        if column.name in ("user", "key"):
            wanted.append(column.contains(name, autoescape=True))
        if column.name == "case" or (table.name, column.name) == ("cases", "number"):
            wanted.append(column.in_(cases))
    return or_(*wanted)


def _line(table: Table, row: dict[str, Any], name: str) -> str:
    """Nothing for a message that was taken back before anybody sent it."""
    if table.name == "outbox" and row["state"] == "cancelled":
        return ""
    kept = {column: value for column, value in row.items() if column not in CHANCE}
    return plain(f"{table.name} {json.dumps(kept, ensure_ascii=False, default=str, sort_keys=True)}", name)


def plain(words: str, name: str) -> str:
    """The same for everybody and every case."""
    return NUMBER.sub("‹number›", words).replace(name, "‹name›")

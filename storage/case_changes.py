"""What changed of many cases, written by one statement."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import Column, Dialect, Integer, Update, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.case import Case
from cases.errors import Overtaken
from storage.case_tables import CASES
from storage.rows import Sheaf

Sheet: TypeAlias = tuple[Any, ...]
"""The fields of a case in their order, but for its news."""
FIELDS = tuple(field.name for field in fields(Case) if field.name != "news")
sheet_of: Callable[[Case], Sheet] = attrgetter(*FIELDS)
NUMBER, VERSION, PLACE = (FIELDS.index(name) for name in ("number", "version", "place"))
COLUMNS = {
    index: CASES.c["place_unit" if name == "place" else name]
    for index, name in enumerate(FIELDS)
    if name == "place" or (name in CASES.c and index not in (NUMBER, VERSION))
}
"""The columns that may change, by the place of the field. The version always does."""
WAS = Column("was", Integer)
KINDS = 128
"""Sets of columns whose statement is remembered: a storm knows a few."""


async def write_changes(connection: AsyncConnection, changes: Sequence[tuple[Sheet, Sheet]]) -> None:
    """Write what differs between each case as it was read and as it is. Raises Overtaken when one is not as read."""
    if not changes:
        return
    places = tuple(
        place
        for place in COLUMNS
        if any(was[place] is not now[place] and was[place] != now[place] for was, now in changes)
    )
    statement, sheaf = _changing(connection.dialect, places)
    rows = [
        (
            now[NUMBER],
            was[VERSION],
            now[VERSION],
            *(now[place] if place != PLACE else now[place].unit for place in places),
        )
        for was, now in changes
    ]
    if (await connection.execute(statement, sheaf.filled(rows))).rowcount != len(rows):
        raise Overtaken(f"one of {len(rows)} cases")


@lru_cache(KINDS)
def _changing(dialect: Dialect, places: tuple[int, ...]) -> tuple[Update, Sheaf]:
    changed = [CASES.c.version, *(COLUMNS[place] for place in places)]
    sheaf = Sheaf(dialect, [CASES.c.number, WAS, *changed])
    new = sheaf.table.c
    statement = update(CASES).where(CASES.c.number == new.number, CASES.c.version == new.was)
    return statement.values({column: new[column.name] for column in changed}), sheaf

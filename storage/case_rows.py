"""Cases as rows and back: how one is written, read, and written again in what changed of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, Dialect, Integer, Select, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.case import Case
from cases.errors import Overtaken
from cases.people import Address, Level
from cases.places import Pin, Place
from cases.record import Reporter, State
from cases.supervision import Supervision
from storage.case_tables import CASES, REPORTERS, WORDS
from storage.prepared import Prepared, Statement
from storage.rows import Sheaf

FIELDS = tuple(field.name for field in fields(Case) if field.name != "news")
Sheet: TypeAlias = tuple[Any, ...]
"""The fields of a case in their order, but for its news."""
sheet_of: Callable[[Case], Sheet] = attrgetter(*FIELDS)
NUMBER, STATE, PLACE, DESCRIPTION, PHOTOS, REPORTER, LEVEL, SUPERVISION, VERSION = (
    FIELDS.index(name)
    for name in ("number", "state", "place", "description", "photos", "reporter", "level", "supervision", "version")
)
COLUMNS: Mapping[int, Column[Any]] = {
    index: CASES.c["place_unit" if index == PLACE else name]
    for index, name in enumerate(FIELDS)
    if index not in (NUMBER, DESCRIPTION, REPORTER, VERSION)
}
"""The columns that may change, by the place of the field. The version always does."""
STORED: Mapping[int, ColumnElement[Any]] = {
    **COLUMNS,
    NUMBER: CASES.c.number,
    DESCRIPTION: WORDS.c.text.label("description"),
    REPORTER: REPORTERS.c.channel,
    VERSION: CASES.c.version,
}
"""What is read in the place of each field."""
STATES = {state.value: state for state in State}
LEVELS = {level.value: level for level in Level}
SUPERVISIONS = {one.value: one for one in Supervision}
WAS = Column("was", Integer)
KINDS = 128
"""Sets of columns whose statement is remembered: a storm knows a few."""


ROW: Mapping[int, Column[Any]] = {NUMBER: CASES.c.number, VERSION: CASES.c.version, **COLUMNS}
"""The same with those that never change by themselves."""


def _adding(dialect: Dialect) -> tuple[Statement, Sheaf]:
    columns = [*ROW.values(), CASES.c.backwards, CASES.c.holds]
    new = Sheaf(dialect, columns)
    return CASES.insert().from_select(columns, select(new.table)).returning(CASES.c.number), new


ADDING = Prepared(_adding)


async def add_row(connection: AsyncConnection, sheet: Sheet, holds: str) -> None:
    """Keep the row of a new case; what is personal in it lives in tables of its own."""
    row = [_written(sheet, place) for place in ROW]
    await ADDING.run(connection, [(*row, sheet[NUMBER][::-1], holds)])


def _written(sheet: Sheet, place: int) -> Any:
    return sheet[place].unit if place == PLACE else sheet[place]


def select_cases() -> Select[Any]:
    """Rows of which `sheet_of_row` makes cases."""
    joined = CASES.outerjoin(REPORTERS, REPORTERS.c.case == CASES.c.number).outerjoin(
        WORDS, and_(WORDS.c.case == CASES.c.number, WORDS.c.seq == 1)
    )
    found = [STORED[index] for index in range(len(FIELDS))]
    apart = (REPORTERS.c.user, REPORTERS.c.phone, REPORTERS.c.place_words, REPORTERS.c.pin)
    return select(*found, *apart).select_from(joined)


def sheet_of_row(row: Sequence[Any]) -> Sheet:
    """The fields of the case of that row."""
    sheet = list(row)
    user, phone, words, pin = sheet[len(FIELDS) :]
    del sheet[len(FIELDS) :]
    channel = sheet[REPORTER]
    sheet[STATE] = STATES[sheet[STATE]]
    sheet[PLACE] = Place(sheet[PLACE], words or "", Pin(**pin) if pin else None)
    sheet[DESCRIPTION] = sheet[DESCRIPTION] or ""
    sheet[PHOTOS] = tuple(sheet[PHOTOS])
    sheet[REPORTER] = Reporter(Address(channel, user) if channel is not None else None, phone)
    sheet[LEVEL] = LEVELS[sheet[LEVEL]]
    sheet[SUPERVISION] = SUPERVISIONS[sheet[SUPERVISION]]
    return tuple(sheet)


async def write_changes(connection: AsyncConnection, changes: Sequence[tuple[Sheet, Sheet]]) -> None:
    """Write what differs between each case as it was read and as it is. Raises Overtaken when one is not as read."""
    touched: set[int] = set()
    for was, now in changes:
        touched.update(compress(range(len(FIELDS)), map(is_not, was, now)))
    await _write(connection, [(was[VERSION], now) for was, now in changes], tuple(sorted(touched & COLUMNS.keys())))


async def write_whole(connection: AsyncConnection, version: int, now: Sheet) -> None:
    """Write all of a case that was read in that version. Raises Overtaken when it is not as read."""
    await _write(connection, [(version, now)], tuple(COLUMNS))


async def _write(connection: AsyncConnection, read: Sequence[tuple[int, Sheet]], places: tuple[int, ...]) -> None:
    if not read:
        return
    rows = [(now[NUMBER], was, now[VERSION], *(_written(now, one) for one in places)) for was, now in read]
    if len(await _changing(places).run(connection, rows)) != len(rows):
        raise Overtaken(f"one of {len(rows)} cases")


@lru_cache(KINDS)
def _changing(places: tuple[int, ...]) -> Prepared:
    def worded(dialect: Dialect) -> tuple[Statement, Sheaf]:
        changed = [CASES.c.version, *(COLUMNS[place] for place in places)]
        sheaf = Sheaf(dialect, [CASES.c.number, WAS, *changed])
        new = sheaf.table.c
        statement = update(CASES).where(CASES.c.number == new.number, CASES.c.version == new.was)
        return statement.values({column: new[column.name] for column in changed}).returning(CASES.c.number), sheaf

    return Prepared(worded)

"""A big county in the database, as it is after a while: units, staff, real cases, and copies of these row by row."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, MetaData, String, Table, func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.people import Address, Level, Person, Post, Role, Unit
from cases.triage.place import GridMap
from dialogs.engine.around import Knowledge
from storage.case_tables import CASES, DUE_STEPS, EVENTS, REPORTERS, WORDS
from storage.columns import is_postgres
from storage.store import SqlStore
from tests.kit.town import CO, DUTY, RULES

TOWNS, VILLAGES, GRIDS = 10, 6, 5
"""In the county, in a town, in a village: 300 grids."""
CHANNEL = "toy:main"
AT_ONCE = 100_000
"""Copies written by one statement."""
EACH = 4
"""Copies that one citizen has reported."""
COPIES = Table(
    "bench_copies",
    MetaData(),
    Column("number", String(64), primary_key=True),
    Column("of", String(64), nullable=False),
    Column("backwards", String(64), nullable=False),
    Column("citizen", String(16), nullable=False),
    Column("place", Integer, nullable=False),
)
"""Which case is a copy of which, and what the name of its reporter ends with, while the county is filled."""


def county() -> Sequence[Unit]:
    """Towns, villages and 300 grids."""
    units = [Unit(CO, "云溪县", Level.COUNTY, None), Unit(DUTY, "网格指挥中心", Level.COUNTY, CO, department=True)]
    for town in range(1, TOWNS + 1):
        units.append(Unit(f"{CO}{town:03d}", f"第{town}镇", Level.TOWN, CO))
        for village in range(1, VILLAGES + 1):
            above = f"{CO}{town:03d}{village:03d}"
            units.append(Unit(above, f"{town}镇{village}村", Level.VILLAGE, above[:-3]))
            grids = [f"{above}{grid:03d}" for grid in range(1, GRIDS + 1)]
            units += [Unit(code, f"第{int(code[-3:])}网格", Level.GRID, above) for code in grids]
    return units


def staff(units: Sequence[Unit]) -> Sequence[Person]:
    """An officer a grid, a leader and a checker a town, the duty room and the county's leaders."""
    people = [Person(0, f"网格员{unit.code}", (Post(Role.GRID_WORKER, unit.code),)) for unit in grids_of(units)]
    for unit in units:
        if unit.level is Level.TOWN:
            people.append(Person(0, f"镇长{unit.code}", (Post(Role.LEADER, unit.code), Post(Role.CHECKER, unit.code))))
    room = (Post(Role.ACCEPTOR, DUTY), Post(Role.DISPATCHER, DUTY))
    above = (Post(Role.LEADER, CO), Post(Role.SUPERVISOR, CO))
    return [*people, Person(0, "值班一", room), Person(0, "值班二", room), Person(0, "县领导", above)]


def grids_of(units: Sequence[Unit]) -> Sequence[Unit]:
    """The grids."""
    return [unit for unit in units if unit.level is Level.GRID]


async def settled(store: SqlStore) -> Knowledge:
    """The county with its staff, each of whom can be written to, in an empty store."""
    units = county()
    async with store.work() as work:
        await work.people.put_units(units)
        await work.people.put_people(staff(units))
        for person in await work.people.staff():
            await work.people.bind(person.id, Address(CHANNEL, f"staff{person.id}"))
        known = Knowledge(RULES, GridMap(await work.people.units(), []))
        await work.commit()
    return known


def tail(copy: int) -> str:
    """What the name of who reported the copies of that round ends with."""
    return f"-{copy // EACH}"


async def copied(connection: AsyncConnection, numbers: Sequence[str], copies: int) -> None:
    """So many more cases that are like those, one after the other, with all that belongs to them."""
    if is_postgres(connection.dialect):  # copies of sound rows point to sound rows: looking takes most of the time
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
    for first in range(0, copies, AT_ONCE):
        await _copied(connection, numbers, range(first, min(first + AT_ONCE, copies)))


async def _copied(connection: AsyncConnection, numbers: Sequence[str], places: range) -> None:
    await connection.run_sync(COPIES.create)
    rows: list[dict[str, object]] = []
    for place in places:
        of = numbers[place % len(numbers)]
        number = f"{of}{place // len(numbers):04d}"
        citizen = tail(place // len(numbers))
        rows.append({"number": number, "of": of, "backwards": number[::-1], "citizen": citizen, "place": place})
    if rows:
        await connection.execute(COPIES.insert(), rows)
    same = {"number": COPIES.c.number, "case": COPIES.c.number, "backwards": COPIES.c.backwards}
    for table in (CASES, REPORTERS, WORDS, EVENTS, DUE_STEPS):
        new: dict[str, ColumnElement[Any]] = dict(same)
        original = table.c.number if table is CASES else table.c.case
        if table is REPORTERS:
            new["user"] = REPORTERS.c.user + COPIES.c.citizen
        if table is DUE_STEPS:
            new["key"] = func.replace(DUE_STEPS.c.key, literal(":") + COPIES.c.of + ":", ":" + COPIES.c.number + ":")
        values = [new.get(column.name, column) for column in table.columns]
        found = select(*values).join_from(table, COPIES, original == COPIES.c.of).order_by(COPIES.c.place)
        await connection.execute(insert(table).from_select([column.name for column in table.columns], found))
    await connection.run_sync(COPIES.drop)


async def analysed(connection: AsyncConnection) -> None:
    """As autovacuum and the checkpointer leave the tables, which have no time for it here."""
    postgres = is_postgres(connection.dialect)
    alone = await connection.execution_options(isolation_level="AUTOCOMMIT") if postgres else connection
    await alone.execute(text("VACUUM ANALYZE" if postgres else "ANALYZE"))
    if postgres:  # what was filled in is on the disk before anything is measured
        await alone.execute(text("CHECKPOINT"))
    else:
        await connection.commit()

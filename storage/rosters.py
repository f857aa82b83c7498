"""Leaves and shifts, in SQL."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.duty import Leave, Roster, Shift
from storage.columns import put_rows
from storage.people_tables import LEAVES, SHIFTS
from storage.rows import handed


async def read_roster(connection: AsyncConnection, since: datetime) -> Roster:
    """The leaves and shifts that end after that instant."""
    rows = await connection.execute(select(LEAVES).where(or_(LEAVES.c.until.is_(None), LEAVES.c.until > since)))
    leaves = [
        Leave(row.person, row.since, row.until, row.substitute, row.noted_by, row.noted_at, row.id) for row in rows
    ]
    return Roster(leaves, await read_shifts(connection, since))


async def read_shifts(connection: AsyncConnection, since: datetime) -> list[Shift]:
    """The shifts that end after that instant."""
    rows = await connection.execute(select(SHIFTS).where(SHIFTS.c.until > since))
    return sorted(Shift(row.unit, row.since, row.until, row.person) for row in rows)


async def write_leave(connection: AsyncConnection, leave: Leave) -> Leave:
    """Keep a new leave, or replace the one of that id; the kept one with its id."""
    values = {
        "person": leave.person, "since": leave.since, "until": leave.until, "substitute": leave.substitute,
        "noted_by": leave.noted_by, "noted_at": leave.noted_at,
    }  # fmt: skip
    if leave.id:
        await connection.execute(update(LEAVES).where(LEAVES.c.id == leave.id).values(values))
        return leave
    made = await connection.execute(LEAVES.insert().values(values).returning(LEAVES.c.id))
    return replace(leave, id=made.scalar_one())


async def drop_leave(connection: AsyncConnection, leave: int) -> None:
    """That leave never was."""
    await connection.execute(delete(LEAVES).where(LEAVES.c.id == leave))


async def write_shifts(connection: AsyncConnection, shifts: Iterable[Shift]) -> None:
    """Keep shifts; one of the same unit, person and beginning gets the new end."""
    rows = [{"unit": one.unit, "person": one.person, "since": one.since, "until": one.until} for one in shifts]
    await put_rows(connection, SHIFTS, rows)


async def drop_shifts(connection: AsyncConnection, shifts: Iterable[Shift]) -> None:
    """Those shifts are not to be."""
    keys = [SHIFTS.c.unit, SHIFTS.c.person, SHIFTS.c.since]
    asked = handed(connection, keys, [(one.unit, one.person, one.since) for one in shifts])
    same = select(asked).where(*(asked.c[key.name] == key for key in keys)).exists()
    await connection.execute(delete(SHIFTS).where(same))


async def forget(connection: AsyncConnection, before: datetime) -> int:
    """Erase the leaves and shifts that ended before then; how many."""
    ended = [await connection.execute(delete(one).where(one.c.until < before)) for one in (LEAVES, SHIFTS)]
    return sum(result.rowcount for result in ended)

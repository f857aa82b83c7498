"""Erasing what is personal in cases: one person's when they go, everybody's when its time is over.

What remains of a case is who did what in it and when, its category, unit and limits, and digests of what was said.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.people import Address, Role
from storage.case_tables import CASES, EVENTS, FOLLOWERS, REPORTERS, WORDS
from storage.outbox import EMPTY, UNSENT
from storage.receivers import is_of
from storage.talk_tables import OUTBOX

EVERYTHING, LEAVING, SAID, NOTHING = "everything", "leaving", "said", "nothing"
"""What a case still holds of people: all; no contact, and what the reporter said only until its end; what was said."""
URGENT = "P1"
MEDIATED = exists().where(EVENTS.c.case == CASES.c.number, EVENTS.c.action == "to_mediation")
NOBODY = {"channel": None, "user": None, "phone": None}
NOWHERE = {"place_words": None, "pin": None}


async def forget_reporter(connection: AsyncConnection, address: Address) -> None:
    """Erase who reported, and what they said of cases that have ended.

    What they said of an open one goes when it ends: until then somebody has to find the place and see to it
    (个人信息保护法 §13(3), a duty by statute).
    """
    mine = CASES.c.number.in_(select(REPORTERS.c.case).where(is_of(REPORTERS, address)))
    found = select(CASES.c.number, CASES.c.ended_at).where(mine).order_by(CASES.c.number).with_for_update()
    cases = (await connection.execute(found)).all()
    await connection.execute(update(REPORTERS).where(is_of(REPORTERS, address)).values(NOBODY))
    await connection.execute(delete(FOLLOWERS).where(is_of(FOLLOWERS, address)))
    await _mark(connection, [case.number for case in cases if case.ended_at is None], LEAVING)
    await _forget_said(connection, [case.number for case in cases if case.ended_at is not None])


async def forget_leavers(connection: AsyncConnection, limit: int) -> int:
    """Erase what those said who went while their case was open, up to `limit` cases that have ended; how many."""
    numbers = await _oldest(connection, LEAVING, CASES.c.ended_at.is_not(None), limit)
    await _forget_said(connection, numbers)
    return len(numbers)


async def forget_contacts(connection: AsyncConnection, before: datetime, limit: int) -> int:
    """Erase who reported, for up to `limit` cases that ended before then; how many."""
    numbers = await _oldest(connection, EVERYTHING, CASES.c.ended_at < before, limit)
    await connection.execute(update(REPORTERS).where(REPORTERS.c.case.in_(numbers)).values(NOBODY))
    await connection.execute(delete(FOLLOWERS).where(FOLLOWERS.c.case.in_(numbers)))
    await _mark(connection, numbers, SAID)
    return len(numbers)


async def forget_words(connection: AsyncConnection, before: datetime, long_before: datetime, limit: int) -> int:
    """Erase all that was said in up to `limit` cases that ended before then; how many.

    Those of urgent and mediated cases only once they ended before `long_before`.
    """
    long = or_(CASES.c.priority == URGENT, MEDIATED)
    over = and_(CASES.c.ended_at < before, or_(CASES.c.ended_at < long_before, not_(long)))
    numbers = await _oldest(connection, SAID, over, limit)
    await connection.execute(delete(WORDS).where(WORDS.c.case.in_(numbers)))
    await _forget_place(connection, numbers)
    await _mark(connection, numbers, NOTHING)
    return len(numbers)


async def _oldest(connection: AsyncConnection, holds: str, over: ColumnElement[bool], limit: int) -> Sequence[str]:
    """Numbers of cases that hold that much and whose time is over, locked; those somebody works on are skipped."""
    found = select(CASES.c.number).where(CASES.c.holds == holds, over).order_by(CASES.c.ended_at).limit(limit)
    return (await connection.execute(found.with_for_update(skip_locked=True))).scalars().all()


async def _forget_said(connection: AsyncConnection, numbers: Sequence[str]) -> None:
    """The reporter's words, with the description, and the place."""
    theirs = or_(EVENTS.c.role == Role.CITIZEN.value, EVENTS.c.seq == 1)
    said = exists().where(EVENTS.c.case == WORDS.c.case, EVENTS.c.seq == WORDS.c.seq, theirs)
    await connection.execute(delete(WORDS).where(WORDS.c.case.in_(numbers), said))
    await _forget_place(connection, numbers)
    await _mark(connection, numbers, SAID)


async def _forget_place(connection: AsyncConnection, numbers: Sequence[str]) -> None:
    """The place, and what was pushed to staff, which repeats it."""
    await connection.execute(update(REPORTERS).where(REPORTERS.c.case.in_(numbers)).values(NOWHERE))
    pushed = update(OUTBOX).where(OUTBOX.c.case.in_(numbers), not_(UNSENT))
    await connection.execute(pushed.values(body=EMPTY, has_choices=False, waits=False))


async def _mark(connection: AsyncConnection, numbers: Sequence[str], holds: str) -> None:
    await connection.execute(update(CASES).where(CASES.c.number.in_(numbers)).values(holds=holds))

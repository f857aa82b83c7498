"""Urgent words that do not go out go another way as well: to the next address of the same member of staff.

Rows decide and not memory, so a detour outlives a killed process. What was put for one address stays there, and
whichever goes out first cancels the others: an address that is back first must not wait for one that never comes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.people import Address
from dialogs.engine.deliveries import DETOUR
from storage.columns import insert_new
from storage.outbox import PENDING, UNSENT
from storage.people import SqlPeople
from storage.people_tables import BINDINGS
from storage.receivers import listed, same_address
from storage.talk_tables import OUTBOX

URGENT = "urgent"
"""The lane of urgent words. Their pictures stay where they are: the words say how many there are."""
NEWS = timedelta(days=1)
"""What could not be said for so long is no news any more."""
MOST = 200
"""Messages looked at in one transaction."""
MOST_WAYS = 4
FRESH = {
    "state": "pending", "waits": False, "reason": "", "platform_id": "", "next_at": None, "sent_at": None,
    "lease_until": None, "fence": 0, "attempts": 0,
}  # fmt: skip


def other_ways(key: str) -> Sequence[str]:
    """The keys under which the same words may lie for other addresses."""
    first = key.rstrip(DETOUR)
    return [way for way in (first + DETOUR * number for number in range(MOST_WAYS)) if way != key]


async def detour_late(connection: AsyncConnection, now: datetime, put_before: datetime) -> int:
    """Put urgent words that were put before then and still wait for the next address too; how many were put."""
    taken, own, others = OUTBOX.alias(), BINDINGS.alias(), BINDINGS.alias()
    is_taken = exists().where(taken.c.key == OUTBOX.c.key + DETOUR)
    ways = select(func.count()).where(same_address(own, OUTBOX), others.c.person == own.c.person).scalar_subquery()
    tried = func.length(OUTBOX.c.key) - func.length(func.rtrim(OUTBOX.c.key, DETOUR)) + 1
    late = (PENDING, OUTBOX.c.urgent, OUTBOX.c.lane == URGENT, OUTBOX.c.put_at <= put_before)
    found = select(OUTBOX).where(*late, OUTBOX.c.put_at > now - NEWS, ~is_taken, tried < ways, tried < MOST_WAYS)
    rows = (await connection.execute(found.order_by(OUTBOX.c.id).limit(MOST))).all()
    return await _put(connection, rows, now)


async def detour(connection: AsyncConnection, message: int, now: datetime) -> bool:
    """Put that message for the next address too, if it is an urgent one and there is another address."""
    found = select(OUTBOX).where(OUTBOX.c.id == message, OUTBOX.c.urgent, OUTBOX.c.lane == URGENT)
    return await _put(connection, (await connection.execute(found)).all(), now) > 0


async def end_other_ways(connection: AsyncConnection, keys: Iterable[str]) -> None:
    """Cancel what still waits to say elsewhere what went out under these keys; not one that is on its way."""
    others = [way for key in keys for way in other_ways(key)]
    waiting = select(OUTBOX.c.id).where(OUTBOX.c.key.in_(others), UNSENT).with_for_update(skip_locked=True)
    ended = update(OUTBOX).where(OUTBOX.c.id.in_(waiting.cte("waiting").select()))
    await connection.execute(ended.values(state="cancelled", reason="detour", waits=False))


async def _put(connection: AsyncConnection, rows: Sequence[Row[Any]], now: datetime) -> int:
    if not rows:
        return 0
    ways = await _next_ways(connection, rows)
    copies = [
        {name: value for name, value in row._mapping.items() if name != "id"}
        | FRESH
        | {"key": row.key + DETOUR, "channel": way.channel, "user": way.user, "put_at": now}
        for row in rows
        if (way := ways.get(row.id)) is not None
    ]
    return await insert_new(connection, OUTBOX, copies)


async def _next_ways(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> dict[int, Address]:
    """By message: its receiver's address after the one that it is for, while not all have been tried."""
    receivers = listed(connection, [Address(row.channel, row.user) for row in rows])
    bound = await connection.execute(select(BINDINGS).join(receivers, same_address(BINDINGS, receivers)))
    people = {Address(row.channel, row.user): row.person for row in bound}
    addresses = await SqlPeople(connection).addresses(people.values())
    found = {}
    for row in rows:
        to = Address(row.channel, row.user)
        own = addresses.get(people.get(to, 0), ())
        tried = len(row.key) - len(row.key.rstrip(DETOUR))
        if tried + 1 < min(len(own), MOST_WAYS):
            found[row.id] = own[(own.index(to) + 1) % len(own)]
    return found

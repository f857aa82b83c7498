"""The outbox as its sender sees it: claims with lease and fence, what became of a message, paused channels."""

from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Dialect, FromClause, Row, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from cases.people import Address
from dialogs.engine.deliveries import Departure, Pause, Push
from storage.columns import UtcDateTime, insert_new
from storage.departures import record
from storage.detours import detour, detour_late
from storage.leases import is_free, now_and
from storage.outbox import PENDING, PICTURES, TEXTS, body_from_json, is_pending
from storage.receivers import is_of, listed, lock, same_address
from storage.talk_tables import CONVERSATIONS, OUTBOX, PAUSES

Begin: TypeAlias = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
"""A transaction of its own, kept when it is left without an exception."""
REASON = 128
"""The longest that fits its column; the rest is cut off."""


class SqlPushes:
    """The port `dialogs.engine.deliveries.Pushes`; each call is a transaction."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    async def claim(self, now: datetime, *, limit: int, lease: float, skip: Collection[Pause] = ()) -> Sequence[Push]:
        """Up to `limit` messages ready to go, urgent first, only the oldest of each receiver and lane; they are ours
        for `lease` seconds by the database's clock."""
        paused = {
            "whole": [one.channel for one in skip if not one.pictures],
            "pictures": [one.channel for one in skip if one.pictures],
        }
        async with self._begin() as connection:
            claimed: list[Row[Any]] = []
            for urgent in (True, False):
                if len(claimed) < limit:
                    statement = _claiming(connection.dialect, urgent, lease)
                    rows = await connection.execute(statement, {"now": now, "most": limit - len(claimed), **paused})
                    claimed += sorted(rows, key=lambda row: int(row.id))
            windows = await _windows(connection, [Address(row.channel, row.user) for row in claimed])
        return [_push(row, windows) for row in claimed]

    async def sent(self, push: Push, platform_id: str, now: datetime) -> bool:
        """It went out; one message of the receiver's window is used. False: our claim had passed to another.

        A message that was cancelled while it was on its way did go out all the same, but its choices are void.
        """
        async with self._begin() as connection:
            return bool(await record(connection, [Departure(push, platform_id, now)], wait=True))

    async def record(self, departures: Sequence[Departure]) -> AbstractSet[int]:
        """`sent` for many at once, waiting for no message that somebody else works on; ids of the recorded."""
        async with self._begin() as connection:
            return await record(connection, departures, wait=False)

    async def hold(self, push: Push, reason: str, now: datetime) -> bool:
        """No window: it waits for the person's next word, or goes out at once if that has come since the claim.

        A window of the claim's that the platform says is shut is shut for all that follows.
        """
        async with self._begin() as connection:
            await lock(connection, [push.to])  # a turn that has read what waits must write the window first
            if await _has_written(connection, push, now):
                return await _finish(connection, push, next_at=None, reason=reason[:REASON])
            held = await _finish(connection, push, state="held", reason=reason[:REASON], waits=True)
            if held and push.window_left > 0:
                shut = update(CONVERSATIONS).where(is_of(CONVERSATIONS, push.to))
                await connection.execute(shut.values(window_left=0))
            if held and push.urgent:
                await detour(connection, push.id, now)
        return held

    async def again(self, push: Push, at: datetime, reason: str, *, counted: bool = True) -> bool:
        """Try again at that instant; counts an attempt unless `counted` is False (the platform was not asked)."""
        attempts = OUTBOX.c.attempts + int(counted)
        async with self._begin() as connection:
            return await _finish(connection, push, next_at=at, reason=reason[:REASON], attempts=attempts)

    async def dead(self, push: Push, reason: str, now: datetime) -> bool:
        """Give it up for good. False: our claim had passed to another, or an urgent one goes another way now."""
        async with self._begin() as connection:
            if not await _finish(connection, push, state="dead", reason=reason[:REASON]):
                return False
            return not (push.urgent and await detour(connection, push.id, now))

    async def detour(self, now: datetime, put_before: datetime) -> int:
        """Send urgent words that were put before then and have not gone out to the person's next address too; how many.

        Whichever goes out first cancels the others.
        """
        async with self._begin() as connection:
            return await detour_late(connection, now, put_before)

    async def pauses(self, now: datetime) -> Sequence[Pause]:
        """What is paused now. A pause that is over is forgotten, so that the next one is news again."""
        async with self._begin() as connection:
            rows = (await connection.execute(select(PAUSES).order_by(PAUSES.c.channel, PAUSES.c.pictures))).all()
            if any(row.until <= now for row in rows):
                await connection.execute(delete(PAUSES).where(PAUSES.c.until <= now))
        return [Pause(row.channel, row.pictures) for row in rows if row.until > now]

    async def pause(self, what: Pause, until: datetime, reason: str) -> bool:
        """Send nothing of that until then. True only for the first to say so; others may make it longer."""
        new = {**asdict(what), "until": until, "reason": reason[:REASON]}
        same = and_(PAUSES.c.channel == what.channel, PAUSES.c.pictures == what.pictures)
        async with self._begin() as connection:
            if await insert_new(connection, PAUSES, [new]):
                return True
            await connection.execute(update(PAUSES).where(same, PAUSES.c.until < until).values(until=until))
        return False


def _ours(push: Push) -> tuple[ColumnElement[bool], ...]:
    """The fence: whoever claimed the message later has a higher one."""
    return (OUTBOX.c.id == push.id, OUTBOX.c.fence == push.fence)


async def _finish(connection: AsyncConnection, push: Push, **changes: Any) -> bool:
    """False: our claim had passed to another, or the message is not wanted any more."""
    finished = update(OUTBOX).where(*_ours(push), PENDING).values(lease_until=None, **changes)
    return (await connection.execute(finished)).rowcount == 1


async def _has_written(connection: AsyncConnection, push: Push, now: datetime) -> bool:
    """Whether the receiver's window is open and another one than that of the claim."""
    conversation = select(CONVERSATIONS.c.window_until, CONVERSATIONS.c.window_left)
    row = (await connection.execute(conversation.where(is_of(CONVERSATIONS, push.to)))).first()
    if row is None or row.window_until is None or row.window_until <= now or row.window_left <= 0:
        return False
    return bool(row.window_until != push.window_until) or push.window_left <= 0


@lru_cache(8)
def _claiming(dialect: Dialect, urgent: bool, lease: float) -> ReturningUpdate[Any]:
    """Claims up to `most` messages that are ready at `now`, but none of channels in `whole`, nor pictures of those in
    `pictures`. Built once: that takes longer than running it."""
    urgency = OUTBOX.c.urgent if urgent else ~OUTBOX.c.urgent
    of_a_paused = or_(
        OUTBOX.c.channel.in_(bindparam("whole", expanding=True)),
        and_(OUTBOX.c.lane == PICTURES, OUTBOX.c.channel.in_(bindparam("pictures", expanding=True))),
    )
    ready = and_(urgency, _ready(dialect), ~of_a_paused)
    first = select(OUTBOX.c.id).where(ready).order_by(OUTBOX.c.id).limit(bindparam("most"))
    chosen = first.with_for_update(skip_locked=True, of=OUTBOX).cte("chosen")
    claimed = update(OUTBOX).where(OUTBOX.c.id.in_(select(chosen.c.id)))
    claimed = claimed.values(fence=OUTBOX.c.fence + 1, lease_until=now_and(dialect, lease))
    return claimed.returning(OUTBOX)


def _ready(dialect: Dialect) -> ColumnElement[bool]:
    """Pending, due, unclaimed, and nothing before it in its lane, nor a text before a picture."""
    due = and_(_is_over(OUTBOX.c.not_before), _is_over(OUTBOX.c.next_at))
    behind_its_lane = _is_behind(lambda before: before.c.lane == OUTBOX.c.lane)
    behind_its_text = _is_behind(lambda before: before.c.lane.in_(TEXTS))
    overtakes = and_(OUTBOX.c.lane == PICTURES, behind_its_text)
    return and_(PENDING, due, is_free(dialect, OUTBOX), ~behind_its_lane, ~overtakes)


def _is_behind(in_lane: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether an earlier message of the receiver is to go out first; one whose hour has not come holds back nobody."""
    before = OUTBOX.alias()
    earlier = and_(same_address(before, OUTBOX), in_lane(before), before.c.id < OUTBOX.c.id)
    return exists().where(is_pending(before), earlier, _is_over(before.c.not_before))


def _is_over(instant: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(instant.is_(None), instant <= bindparam("now", type_=UtcDateTime()))


async def _windows(connection: AsyncConnection, addresses: Sequence[Address]) -> dict[Address, Row[Any]]:
    if not addresses:
        return {}
    people = listed(connection, addresses)
    rows = await connection.execute(select(CONVERSATIONS).join(people, same_address(CONVERSATIONS, people)))
    return {Address(row.channel, row.user): row for row in rows}


def _push(row: Row[Any], windows: dict[Address, Row[Any]]) -> Push:
    to = Address(row.channel, row.user)
    window = windows.get(to)
    return Push(
        row.id,
        row.key,
        to,
        body_from_json(row.body),
        row.case,
        row.urgent,
        row.fence,
        row.attempts,
        row.put_at,
        row.expires_at,
        window.window_until if window else None,
        window.window_left if window else 0,
    )

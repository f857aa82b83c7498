"""What went out, written down: for one message or for many by the same few statements."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from sqlalchemy import Dialect, and_, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from cases.people import Address
from dialogs.engine.deliveries import Departure
from storage.detours import end_other_ways
from storage.outbox import PENDING
from storage.receivers import lock, same_address
from storage.rows import Sheaf, handed
from storage.talk_tables import CONVERSATIONS, OUTBOX

GONE = (OUTBOX.c.id, OUTBOX.c.fence, OUTBOX.c.platform_id, OUTBOX.c.sent_at)
PLATFORM_ID = 128
"""The longest that fits its column; the rest is cut off."""


async def record(connection: AsyncConnection, departures: Sequence[Departure], *, wait: bool) -> AbstractSet[int]:
    """Mark them as sent and use up their windows; ids of those that were still ours.

    A transaction that writes many messages must not wait for one that somebody else has locked, or two of them would
    wait for each other: without `wait` such a message is left out, to be recorded alone.
    """
    windowed = {one.push.to for one in departures if one.push.window_left > 0}
    if windowed:
        await lock(connection, windowed)  # a turn that read the window must write it first
    recorded = await _mark(connection, departures, wait)
    used = Counter(one.push.to for one in departures if one.push.id in recorded and one.push.window_left > 0)
    if used:
        await _use(connection, used)
    if urgent := [one.push.key for one in departures if one.push.id in recorded and one.push.urgent]:
        await end_other_ways(connection, urgent)
    return recorded


async def _mark(connection: AsyncConnection, departures: Sequence[Departure], wait: bool) -> AbstractSet[int]:
    rows = [(one.push.id, one.push.fence, _kept(one.platform_id), one.at) for one in departures]
    marked, sheaf = _marking(connection.dialect, wait)
    return set((await connection.execute(marked, sheaf.filled(rows))).scalars())


@lru_cache(8)
def _marking(dialect: Dialect, wait: bool) -> tuple[ReturningUpdate[int], Sheaf]:
    """Built once: that takes longer than running it."""
    sheaf = Sheaf(dialect, GONE, "gone")
    gone = sheaf.table
    ours = and_(OUTBOX.c.id == gone.c.id, OUTBOX.c.fence == gone.c.fence)
    unrecorded = and_(ours, or_(PENDING, OUTBOX.c.state == "cancelled"))
    marked = update(OUTBOX).where(unrecorded)
    if not wait:
        found = select(OUTBOX.c.id).select_from(OUTBOX).join(gone, ours).where(unrecorded)
        free = found.with_for_update(skip_locked=True, of=OUTBOX).cte("free")
        marked = marked.where(OUTBOX.c.id.in_(select(free.c.id)))
    marked = marked.values(
        state="sent",
        sent_at=gone.c.sent_at,
        platform_id=gone.c.platform_id,
        reason="",
        lease_until=None,
        waits=and_(PENDING, OUTBOX.c.has_choices),
    )
    return marked.returning(OUTBOX.c.id), sheaf


def _kept(platform_id: str) -> str:
    """The id as it fits; PostgreSQL takes no NUL."""
    return platform_id.replace("\0", "")[:PLATFORM_ID]


async def _use(connection: AsyncConnection, used: Counter[Address]) -> None:
    columns = [CONVERSATIONS.c.channel, CONVERSATIONS.c.user, CONVERSATIONS.c.window_left]
    spent = handed(connection, columns, [(to.channel, to.user, count) for to, count in used.items()], "spent")
    left = CONVERSATIONS.c.window_left - spent.c.window_left
    written = update(CONVERSATIONS).where(same_address(CONVERSATIONS, spent), CONVERSATIONS.c.window_left > 0)
    await connection.execute(written.values(window_left=case((left > 0, left), else_=0)))

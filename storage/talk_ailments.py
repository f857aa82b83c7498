"""What may be wrong with the rows of talk and with the files, and how each is mended; each call is a transaction."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.people import Address
from dialogs.engine.conversation import SAID, Talk
from storage.engines import Engines
from storage.leases import now_and
from storage.media import WISHED
from storage.outbox import PENDING, UNSENT, body_from_json
from storage.receivers import is_of, lock
from storage.talk_tables import CONVERSATIONS, MEDIA, OUTBOX, PAUSES

LONGEST_LEASE = 600.0
"""Seconds: no claim is ever made for as long (a minute is the most), so a later end is no claim's."""
LONGEST_DELAY = timedelta(days=3)
"""Nothing is put off for as long: a quota returns the next day."""
AT_ONCE = 1000
"""Rows read at a time."""
JUST_NOW = timedelta(minutes=1)
"""What ended so recently may be under a node's hands."""
UNREADABLE, GONE, TOO_OLD = "unreadable", "file-gone", "too-old"
CLAIMED = ((OUTBOX, PENDING), (MEDIA, WISHED))
"""The tables with claims, and which of their rows are claimed."""


@dataclass(frozen=True, slots=True)
class KeptPath:
    """A file that the table says is kept, below the media folder."""

    key: str
    path: str
    wished_at: datetime


class SqlTalkAilments:
    """Looks at outbox, media, conversations and pauses, and mends them. Looking changes nothing."""

    def __init__(self, engines: Engines) -> None:
        self._writers, self._readers = engines.patient_writers, engines.patient_readers

    async def stuck(self, now: datetime) -> tuple[int, int]:
        """How many messages and files nobody can claim: under a lease that no claim gives, or put off for days."""
        async with self._readers.connect() as connection:
            counts = [
                (
                    await connection.execute(select(func.count()).where(*_stuck(connection, table, is_open, now)))
                ).scalar_one()
                for table, is_open in CLAIMED
            ]
        return int(counts[0]), int(counts[1])

    async def free(self, now: datetime) -> int:
        """Let them be claimed; whoever holds such a claim after all can't finish it. How many."""
        freed = 0
        for table, is_open in CLAIMED:
            async with self._writers.begin() as connection:
                loose = update(table).where(*_stuck(connection, table, is_open, now))
                written = loose.values(lease_until=None, next_at=None, fence=table.c.fence + 1)
                freed += (await connection.execute(written)).rowcount
        return freed

    async def unreadable_messages(self) -> Sequence[int]:
        """The ids of unsent messages whose body can't be read: a claim that meets one fails with all it took."""
        async with self._readers.connect() as connection:
            unsent = select(OUTBOX.c.id, cast(OUTBOX.c.body, Text).label("body")).where(UNSENT).order_by(OUTBOX.c.id)
            rows = await connection.stream(unsent)
            return [
                row.id
                async for batch in rows.partitions(AT_ONCE)
                for row in batch
                if not _is_readable(row.body, body_from_json)
            ]

    async def give_up(self, ids: Collection[int]) -> int:
        """Give those messages up; how many."""
        async with self._writers.begin() as connection:
            dead = update(OUTBOX).where(OUTBOX.c.id.in_(ids), UNSENT)
            written = dead.values(
                state="dead", reason=UNREADABLE, waits=False, lease_until=None, fence=OUTBOX.c.fence + 1
            )
            return (await connection.execute(written)).rowcount

    async def homeless(self, channels: Collection[str]) -> Mapping[str, int]:
        """How many unsent messages there are of channels that are none of these, by channel."""
        counted = select(OUTBOX.c.channel, func.count()).where(UNSENT, OUTBOX.c.channel.not_in(sorted(channels)))
        async with self._readers.connect() as connection:
            rows = await connection.execute(counted.group_by(OUTBOX.c.channel).order_by(OUTBOX.c.channel))
        return {row[0]: row[1] for row in rows}

    async def unreadable_conversations(self, now: datetime) -> Sequence[Address]:
        """Whose conversation can't be read: they can't say anything any more."""
        state = cast(CONVERSATIONS.c.state, Text).label("state")
        async with self._readers.connect() as connection:
            rows = await connection.stream(select(CONVERSATIONS.c.channel, CONVERSATIONS.c.user, state))
            return [
                Address(row.channel, row.user)
                async for batch in rows.partitions(AT_ONCE)
                for row in batch
                if not _is_readable(row.state, _talk_reader(now))
            ]

    async def begin_anew(self, address: Address, now: datetime) -> bool:
        """Keep of that conversation what the person has seen, if that can be read; whether it was mended."""
        async with self._writers.begin() as connection:
            await lock(connection, [address])
            found = select(cast(CONVERSATIONS.c.state, Text)).where(is_of(CONVERSATIONS, address))
            state = (await connection.execute(found)).scalar_one_or_none()
            if state is None or _is_readable(state, _talk_reader(now)):
                return False
            new = {"state": _seen(state, now), "version": CONVERSATIONS.c.version + 1}
            await connection.execute(update(CONVERSATIONS).where(is_of(CONVERSATIONS, address)).values(new))
        return True

    async def old_pauses(self, now: datetime) -> int:
        """How many pauses are over, though no node has forgotten them."""
        async with self._readers.connect() as connection:
            counted = select(func.count()).where(PAUSES.c.until <= now - JUST_NOW)
            return int((await connection.execute(counted)).scalar_one())

    async def forget_pauses(self, now: datetime) -> int:
        """Forget them; how many."""
        async with self._writers.begin() as connection:
            return (await connection.execute(delete(PAUSES).where(PAUSES.c.until <= now - JUST_NOW))).rowcount

    async def kept_paths(self) -> Sequence[KeptPath]:
        """All files that are said to be kept."""
        kept = select(MEDIA.c.key, MEDIA.c.path, MEDIA.c.wished_at).where(MEDIA.c.state == "kept").order_by(MEDIA.c.key)
        async with self._readers.connect() as connection:
            return [KeptPath(*row) for row in await connection.execute(kept)]

    async def wished_before(self, before: datetime) -> Sequence[str]:
        """The keys of files wished before then, which no platform has any more."""
        old = select(MEDIA.c.key).where(WISHED, MEDIA.c.wished_at < before).order_by(MEDIA.c.key)
        async with self._readers.connect() as connection:
            return (await connection.execute(old)).scalars().all()

    async def lose(self, keys: Collection[str], state: str, reason: str) -> int:
        """Mark those files, kept or wished as `state` says, as lost; how many."""
        return await self._media(keys, state, {"state": "lost", "path": "", "reason": reason})

    async def wish_again(self, keys: Collection[str]) -> int:
        """Fetch those kept files once more; how many."""
        return await self._media(keys, "kept", {"state": "wished", "path": "", "attempts": 0, "next_at": None})

    async def _media(self, keys: Collection[str], state: str, changes: Mapping[str, Any]) -> int:
        changed = update(MEDIA).where(MEDIA.c.key.in_(keys), MEDIA.c.state == state)
        async with self._writers.begin() as connection:
            written = changed.values(lease_until=None, fence=MEDIA.c.fence + 1, **changes)
            return (await connection.execute(written)).rowcount


def _stuck(
    connection: AsyncConnection, table: Table, is_open: ColumnElement[bool], now: datetime
) -> Sequence[ColumnElement[bool]]:
    held = table.c.lease_until > now_and(connection.dialect, LONGEST_LEASE)
    return (is_open, or_(held, and_(table.c.next_at.is_not(None), table.c.next_at > now + LONGEST_DELAY)))


def _talk_reader(now: datetime) -> Callable[[Any], object]:
    return lambda state: Talk.load(state, now)


def _is_readable(text: str, read: Callable[[Any], object]) -> bool:
    """Whether the JSON can be read by that reader, which knows what it needs better than any rule would."""
    try:
        read(_object(text))
    except Exception:
        return False
    return True


def _object(text: str) -> dict[str, Any]:
    """Raises ValueError unless it is a JSON object."""
    kept = json.loads(text)
    if not isinstance(kept, dict):
        raise ValueError("no object")
    return kept


def _seen(text: str, now: datetime) -> dict[str, Any]:
    try:
        left = {name: value for name, value in _object(text).items() if name not in SAID}
        Talk.load(left, now)
    except Exception:
        return {}
    return left

"""The table of media: files to fetch from the platforms, claimed with lease and fence."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, bindparam, literal, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from dialogs.engine.deliveries import KeptFile, MediaRow
from storage.columns import UtcDateTime
from storage.leases import is_free, now_and
from storage.pushes import REASON, Begin
from storage.talk_tables import MEDIA

WISHED = MEDIA.c.state == literal("wished", literal_execute=True)
"""Written out in the statement, so that the partial index can serve it."""


@lru_cache(8)
def _claiming(dialect: Dialect, lease: float) -> ReturningUpdate[Any]:
    """Claims up to `most` files that are to be fetched at `now`. Built once: that takes longer than running it."""
    due = or_(MEDIA.c.next_at.is_(None), MEDIA.c.next_at <= bindparam("now", type_=UtcDateTime()))
    first = select(MEDIA.c.key).where(WISHED, due, is_free(dialect, MEDIA))
    first = first.order_by(MEDIA.c.wished_at, MEDIA.c.key).limit(bindparam("most"))
    chosen = first.with_for_update(skip_locked=True).cte("chosen")
    claimed = update(MEDIA).where(MEDIA.c.key.in_(select(chosen.c.key)))
    return claimed.values(fence=MEDIA.c.fence + 1, lease_until=now_and(dialect, lease)).returning(MEDIA)


class SqlMedia:
    """The port `dialogs.engine.deliveries.Media`; each call is a transaction."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    async def claim(self, now: datetime, *, limit: int, lease: float) -> Sequence[MediaRow]:
        """Up to `limit` files to fetch now, the longest wished first; ours for `lease` seconds."""
        async with self._begin() as connection:
            statement = _claiming(connection.dialect, lease)
            rows = (await connection.execute(statement, {"now": now, "most": limit})).all()
        found = (
            MediaRow(row.key, row.channel, row.media_id, row.kind, row.fence, row.attempts, row.wished_at)
            for row in rows
        )
        return sorted(found, key=lambda row: (row.wished_at, row.key))

    async def kept(self, row: MediaRow, path: str, content_type: str, size: int) -> bool:
        """It lies in the media folder. False: our claim had passed to another."""
        return await self._finish(row, state="kept", path=path, content_type=content_type, size=size, reason="")

    async def again(self, row: MediaRow, at: datetime, reason: str) -> bool:
        """Try again at that instant."""
        return await self._finish(row, next_at=at, reason=reason[:REASON], attempts=MEDIA.c.attempts + 1)

    async def lost(self, row: MediaRow, reason: str) -> bool:
        """It can't be had any more."""
        return await self._finish(row, state="lost", reason=reason[:REASON])

    async def _finish(self, row: MediaRow, **changes: Any) -> bool:
        ours = update(MEDIA).where(MEDIA.c.key == row.key, MEDIA.c.fence == row.fence, WISHED)
        async with self._begin() as connection:
            return (await connection.execute(ours.values(lease_until=None, **changes))).rowcount == 1

    async def get(self, key: str) -> KeptFile | None:
        """What is known of that file."""
        async with self._begin() as connection:
            row = (await connection.execute(select(MEDIA).where(MEDIA.c.key == key))).first()
        return None if row is None else KeptFile(row.key, row.state, row.path, row.content_type)

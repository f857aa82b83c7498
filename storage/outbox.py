"""Messages to be sent, in SQL: kept once by key, in order for each receiver."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Dialect, FromClause, false, literal_column, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.people import Address
from dialogs.engine.messages import Outgoing, Picture, Reply, reply_from_json, reply_to_json
from dialogs.engine.ports import Lapsed
from storage.leases import is_free
from storage.prepared import Prepared, Statement
from storage.receivers import is_of
from storage.rows import Sheaf, insert_unless_there
from storage.talk_tables import OUTBOX


def is_pending(outbox: FromClause) -> ColumnElement[bool]:
    """Whether the message is still to go out; written out in the statement, so that the partial indexes can serve."""
    return outbox.c.state == literal_column("'pending'")


PENDING = is_pending(OUTBOX)
WAITS = text("outbox.waits")
"""Worded as in the partial index, since SQLite compares the words."""
UNSENT = OUTBOX.c.state.in_(("pending", "held"))
EXPIRED = "expired"
PICTURES = "picture"
TEXTS = ("urgent", "normal")
"""The lanes: pictures have one of their own."""
EMPTY: Mapping[str, Any] = {"kind": "Reply", "text": "", "choices": []}
"""What is left of a message whose words were erased."""
Parts: TypeAlias = Callable[[Outgoing], Sequence[Outgoing]]
"""A message as those that the platforms can carry, in order, the first under its own key."""


def utc_now() -> datetime:
    """The instant by this machine's clock."""
    return datetime.now(UTC)


def whole(message: Outgoing) -> Sequence[Outgoing]:
    """The message in one part, however long."""
    return (message,)


def body_to_json(body: Reply | Picture) -> dict[str, Any]:
    """A message's body as plain JSON, `kind` first; the inverse of `body_from_json`."""
    if isinstance(body, Picture):
        return {"kind": "Picture", "media": body.media}
    return {"kind": "Reply"} | reply_to_json(body)


def body_from_json(kept: Mapping[str, Any]) -> Reply | Picture:
    """Read back what `body_to_json` wrote."""
    return Picture(kept["media"]) if kept["kind"] == "Picture" else reply_from_json(kept)


def outbox_row(message: Outgoing, put_at: datetime) -> dict[str, Any]:
    """The row of a message that nobody has tried to send yet."""
    is_picture = isinstance(message.body, Picture)
    has_choices = isinstance(message.body, Reply) and bool(message.body.choices) and not message.answer
    return {
        "key": message.key,
        "channel": message.to.channel,
        "user": message.to.user,
        "lane": PICTURES if is_picture else "urgent" if message.urgent else "normal",
        "body": body_to_json(message.body),
        "has_choices": has_choices,
        "waits": False,
        "case": message.case,
        "urgent": message.urgent,
        "not_before": message.not_before,
        "expires_at": message.expires_at,
        "state": "pending",
        "reason": "",
        "platform_id": "",
        "put_at": put_at,
        "fence": 0,
        "attempts": 0,
    }


def _putting(dialect: Dialect) -> tuple[Statement, Sheaf]:
    """PostgreSQL and SQLite give ids in the order of the rows."""
    example = outbox_row(Outgoing("", Address("", ""), Reply("")), datetime.min.replace(tzinfo=UTC))
    columns = [OUTBOX.c[name] for name in example]
    sheaf = Sheaf(dialect, columns)
    return insert_unless_there(dialect, OUTBOX, columns, sheaf.table).returning(OUTBOX.c.id), sheaf


PUTTING = Prepared(_putting)


class SqlOutbox:
    """The port `dialogs.engine.ports.Outbox` over one connection. `clock` says when a message was put."""

    def __init__(
        self, connection: AsyncConnection, clock: Callable[[], datetime] = utc_now, parts: Parts = whole
    ) -> None:
        self._connection, self._clock, self._parts = connection, clock, parts

    async def put(self, messages: Iterable[Outgoing]) -> None:
        """Keep them, each part of a long one as a message of its own; a key that exists is left as it is. Order per
        receiver is the order of putting."""
        parted: dict[str, Sequence[Outgoing]] = {}
        for message in messages:
            parted.setdefault(message.key, self._parts(message))
        known = await self._known([key for key, parts in parted.items() if len(parts) > 1])
        now = self._clock()
        new = [part for key, parts in parted.items() if key not in known for part in parts]
        if new:
            await PUTTING.run(self._connection, [tuple(outbox_row(part, now).values()) for part in new])

    async def _known(self, keys: Sequence[str]) -> set[str]:
        if not keys:
            return set()
        found = select(OUTBOX.c.key).where(OUTBOX.c.key.in_(keys))
        return set((await self._connection.execute(found)).scalars())

    async def cancel(self, case: str, to: Collection[Address] | None = None) -> int:
        """Cancel what has not gone out about that case, where addresses are given only to these; how many."""
        theirs = [or_(false(), *(is_of(OUTBOX, one) for one in to))] if to is not None else []
        cancelled = update(OUTBOX).where(OUTBOX.c.case == case, UNSENT, *theirs)
        return (await self._connection.execute(cancelled.values(state="cancelled", waits=False))).rowcount

    async def forsake(self, to: Address) -> int:
        """Cancel what has not gone out to that address, which is a member of staff's no more; how many."""
        cancelled = update(OUTBOX).where(is_of(OUTBOX, to), UNSENT)
        return (await self._connection.execute(cancelled.values(state="cancelled", waits=False))).rowcount

    async def lapse(self, now: datetime, put_before: datetime) -> Sequence[Lapsed]:
        """Give up what has not gone out, is not on its way, and is past its time or was put before that instant."""
        over = or_(OUTBOX.c.expires_at <= now, OUTBOX.c.put_at < put_before)
        late = select(OUTBOX.c.id).where(UNSENT, over, is_free(self._connection.dialect, OUTBOX))
        lapsed = update(OUTBOX).where(OUTBOX.c.id.in_(late.with_for_update(skip_locked=True)))
        lapsed = lapsed.values(state="dead", reason=EXPIRED, waits=False, lease_until=None)
        rows = await self._connection.execute(lapsed.returning(OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.case))
        return sorted((Lapsed(*row) for row in rows), key=lambda one: one.id)

"""Messages to be sent, in SQL: kept once by key, in order for each receiver."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, literal, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialogs.engine.messages import Outgoing, Picture, Reply, reply_from_json, reply_to_json
from storage.columns import insert_new
from storage.talk_tables import OUTBOX


def is_pending(outbox: FromClause) -> ColumnElement[bool]:
    """Whether the message is still to go out; written out in the statement, so that the partial indexes can serve."""
    return outbox.c.state == literal("pending", literal_execute=True)


PENDING = is_pending(OUTBOX)
WAITS = text("outbox.waits")
"""Worded as in the partial index, since SQLite compares the words."""
UNSENT = OUTBOX.c.state.in_(("pending", "held"))
PICTURES = "picture"
TEXTS = ("urgent", "normal")
"""The lanes: pictures have one of their own."""
EMPTY: Mapping[str, Any] = {"kind": "Reply", "text": "", "choices": []}
"""What is left of a message whose words were erased."""


def utc_now() -> datetime:
    """The instant by this machine's clock."""
    return datetime.now(UTC)


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


class SqlOutbox:
    """The port `dialogs.engine.ports.Outbox` over one connection. `clock` says when a message was put."""

    def __init__(self, connection: AsyncConnection, clock: Callable[[], datetime] = utc_now) -> None:
        self._connection = connection
        self._clock = clock

    async def put(self, messages: Iterable[Outgoing]) -> None:
        """Keep them; a key that exists is left as it is. Order per receiver is the order of putting."""
        now = self._clock()
        await insert_new(self._connection, OUTBOX, [outbox_row(message, now) for message in messages])

    async def cancel(self, case: str) -> int:
        """Cancel what has not gone out about that case; how many."""
        cancelled = update(OUTBOX).where(OUTBOX.c.case == case, UNSENT)
        return (await self._connection.execute(cancelled.values(state="cancelled", waits=False))).rowcount

"""Messages heard, in SQL: each once by its key, with the reply it got."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from sqlalchemy import Dialect, and_, case, delete, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.errors import Overtaken
from cases.people import Address
from dialogs.engine.messages import (
    Content,
    Incoming,
    Left,
    Location,
    Outgoing,
    Photo,
    Pressed,
    Reply,
    Text,
    Video,
    Voice,
    content_from_json,
    content_to_json,
    reply_from_json,
    reply_to_json,
)
from dialogs.engine.ports import AFTER_LATE_REPLY, Replay, Turn
from storage.columns import insert_into, insert_new
from storage.leases import is_free
from storage.outbox import EMPTY, UNSENT, outbox_row
from storage.prepared import Prepared, Statement
from storage.receivers import is_of
from storage.rows import Sheaf, insert_unless_there
from storage.talk_tables import INBOX, MEDIA, OUTBOX

NEVER_SENT = ("cancelled", "dead")
KEY_LIFE = timedelta(days=30)
"""How long the key of a forgotten message stays; no platform repeats a message after a minute."""
SAYING = ("Text", "Photo", "Voice", "Video", "Location", "Pressed")
"""Kinds of content by which a person says something."""


KEPT = tuple(INBOX.c[name] for name in ("key", "channel", "user", "content", "reply", "at"))


def _heard(dialect: Dialect) -> tuple[Statement, Sheaf]:
    asked = Sheaf(dialect, [INBOX.c.key])
    return select(INBOX.c.key, INBOX.c.reply).join(asked.table, INBOX.c.key == asked.table.c.key), asked


def _keeping(dialect: Dialect) -> tuple[Statement, Sheaf]:
    new = Sheaf(dialect, KEPT)
    return insert_unless_there(dialect, INBOX, KEPT, new.table).returning(INBOX.c.key), new


HEARD, KEEPING = Prepared(_heard), Prepared(_keeping)


def late_key(key: str) -> str:
    """The outbox key of a late reply to the message of that key."""
    return f"reply:{key}"


def in_words(content: Content) -> str:
    """What was said, for a person to read."""
    match content:
        case Text(words) | Voice(_, str(words)) | Pressed(words):
            return words
        case Photo():
            return "［照片］"
        case Voice():
            return "［语音］"
        case Video():
            return "［视频］"
        case Location(_, label):
            return f"［位置］{label}"
    return ""


class SqlInbox:
    """The port `dialogs.engine.ports.Inbox` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def heard(self, keys: Iterable[str]) -> Mapping[str, Replay]:
        """Which of these were heard, with their replies."""
        rows = await HEARD.run(self._connection, [(key,) for key in sorted(set(keys))])
        return {key: Replay(None if reply is None else reply_from_json(reply)) for key, reply in rows}

    async def keep(self, turns: Iterable[Turn]) -> None:
        """Keep the messages with their replies, their media wishes, and mark the `given` messages; a late reply goes
        into the outbox too. A key that exists raises Overtaken."""
        kept = list(turns)
        if not kept:
            return
        if await self._keep_messages(kept) < len(kept):
            raise Overtaken("inbox")
        await insert_new(self._connection, MEDIA, [row for turn in kept for row in _media_rows(turn)])
        await insert_new(self._connection, OUTBOX, [row for turn in kept for row in _late_rows(turn)])
        await self._mark_given(kept)

    async def _keep_messages(self, turns: Sequence[Turn]) -> int:
        return len(await KEEPING.run(self._connection, [_row(turn) for turn in turns]))

    async def _mark_given(self, turns: Sequence[Turn]) -> None:
        """Held messages went out with the reply, and their choices are open from now; sent ones are answered."""
        given = sorted({number for turn in turns for number in turn.given})
        if not given:
            return
        held = OUTBOX.c.state == "held"
        marked = update(OUTBOX).where(OUTBOX.c.id.in_(given), or_(held, OUTBOX.c.state == "sent"))
        at = max(turn.incoming.at for turn in turns if turn.given)
        await self._connection.execute(
            marked.values(
                state=case((held, "sent"), else_="answered"),
                sent_at=case((held, at), else_=OUTBOX.c.sent_at),
                waits=and_(held, OUTBOX.c.has_choices),
            )
        )

    async def take(self, keys: Iterable[str]) -> AbstractSet[str]:
        """Take late replies out of the outbox, for those who wait for them; the keys of those that went out or are on
        their way."""
        late = {late_key(key): key for key in keys}
        if not late:
            return frozenset()
        asked = OUTBOX.c.key.in_(sorted(late))
        waiting = update(OUTBOX).where(asked, UNSENT, is_free(self._connection.dialect, OUTBOX))
        await self._connection.execute(waiting.values(state="cancelled", waits=False))
        elsewhere = select(OUTBOX.c.key).where(asked, OUTBOX.c.state.not_in(NEVER_SENT))
        return frozenset(late[row.key] for row in await self._connection.execute(elsewhere))

    async def post(self, incoming: Incoming, reply: Reply) -> None:
        """Put that reply into the outbox, or back if it was taken and nobody waits for it any more."""
        row = _late_row(incoming, reply)
        put = insert_into(self._connection.dialect, OUTBOX).values(row)
        taken = and_(OUTBOX.c.state == "cancelled", OUTBOX.c.user == put.excluded.user)  # of nobody who was forgotten
        again = {name: put.excluded[name] for name in ("state", "not_before")}
        await self._connection.execute(put.on_conflict_do_update(index_elements=["key"], set_=again, where=taken))

    async def last_words(self, address: Address, limit: int = 5) -> Sequence[str]:
        """What this person last said, oldest first, as plain words (“［照片］” for a photo)."""
        said = select(INBOX.c.content).where(is_of(INBOX, address), INBOX.c.content["kind"].as_string().in_(SAYING))
        newest = await self._connection.execute(said.order_by(INBOX.c.at.desc(), INBOX.c.key.desc()).limit(limit))
        return [in_words(content_from_json(row.content)) for row in newest][::-1]

    async def forget(self, before: datetime) -> int:
        """Erase the content and reply of older messages; how many. Their keys stay 30 days more. What was pushed is
        erased with them."""
        await self._connection.execute(delete(INBOX).where(INBOX.c.at < before - KEY_LIFE))
        old = select(INBOX.c.key).where(
            INBOX.c.at < before, or_(INBOX.c.content.is_not(None), INBOX.c.reply.is_not(None))
        )
        over = and_(OUTBOX.c.put_at < before, not_(UNSENT), OUTBOX.c.body["text"].as_string() != "")
        await self._connection.execute(update(OUTBOX).where(over).values(body=EMPTY, waits=False))
        forgotten = update(INBOX).where(INBOX.c.key.in_(old.with_for_update(skip_locked=True)))
        return (await self._connection.execute(forgotten.values(content=None, reply=None))).rowcount


def _row(turn: Turn) -> tuple[object, ...]:
    """Of somebody who left only the key is kept."""
    incoming, reply = turn.incoming, None if turn.reply is None else reply_to_json(turn.reply)
    sender = incoming.sender
    if isinstance(incoming.content, Left):
        return (incoming.key, sender.channel, "", None, None, incoming.at)
    return (incoming.key, sender.channel, sender.user, content_to_json(incoming.content), reply, incoming.at)


def _media_rows(turn: Turn) -> list[dict[str, object]]:
    return [
        {
            "key": wish.key, "channel": wish.channel, "media_id": wish.media_id, "kind": wish.kind, "state": "wished",
            "path": "", "content_type": "", "size": 0, "reason": "", "wished_at": turn.incoming.at, "fence": 0,
            "attempts": 0,
        }
        for wish in turn.media
    ]  # fmt: skip


def _late_rows(turn: Turn) -> list[dict[str, object]]:
    return [_late_row(turn.incoming, turn.reply)] if turn.late and turn.reply is not None else []


def _late_row(incoming: Incoming, reply: Reply) -> dict[str, object]:
    """The reply as a message; urgent, since a person who has just written is awake and waits for it."""
    later = incoming.at + AFTER_LATE_REPLY
    message = Outgoing(late_key(incoming.key), incoming.sender, reply, urgent=True, not_before=later, answer=True)
    return outbox_row(message, incoming.at)

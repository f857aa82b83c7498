"""People, messages and turns for the tests of what is said."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from cases.people import Address
from dialogs.engine.deliveries import Pause, Push
from dialogs.engine.messages import Choice, Content, Incoming, Kept, Outgoing, Picture, Reply, Text
from dialogs.engine.ports import Conversation, Desktop, MediaWish, Replay, Turn
from storage.store import SqlStore

NOW = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LI = Address("wechat:main", "li")
ZHAO = Address("wechat:main", "zhao")
WANG = Address("wecom:main", "wang")
RATE = Reply("路灯修好了吗？", (Choice("满意"), Choice("不满意")))
LEASE = 30.0
OVER = 0.0
"""A lease that is over at once."""


def said(content: Content | str = "路灯坏了", key: str = "m1", who: Address = LI, at: datetime = NOW) -> Incoming:
    return Incoming(key, who, Text(content) if isinstance(content, str) else content, at)


def turn(
    incoming: Incoming,
    reply: Reply | None = None,
    *,
    given: Sequence[int] = (),
    media: Sequence[MediaWish] = (),
    late: bool = False,
) -> Turn:
    return Turn(incoming, Conversation(incoming.sender), reply, given, media, late)


async def keep(store: SqlStore, *turns: Turn) -> None:
    async with store.work() as work:
        await work.inbox.keep(turns)
        await work.commit()


async def heard(store: SqlStore, *asked: str) -> dict[str, Replay]:
    async with store.work() as work:
        replays = dict(await work.inbox.heard(asked))
        await work.commit()
    return replays


async def converse(store: SqlStore, *conversations: Conversation) -> None:
    async with store.work() as work:
        await work.conversations.keep(conversations)
        await work.commit()


async def conversation(store: SqlStore, who: Address = LI) -> Conversation | None:
    async with store.work(readonly=True) as work:
        return await work.conversations.get(who)


async def desktop(store: SqlStore, who: Address = LI) -> Desktop:
    async with store.work() as work:
        return (await work.conversations.desktops([who]))[who]


async def waiting(store: SqlStore, who: Address = LI) -> Sequence[Kept]:
    return (await desktop(store, who)).kept


def message(
    key: str,
    body: Reply | Picture | str = "您好",
    to: Address = LI,
    *,
    case: str | None = None,
    urgent: bool = False,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Outgoing:
    body = Reply(body) if isinstance(body, str) else body
    return Outgoing(key, to, body, case, urgent, not_before, expires_at)


async def put(store: SqlStore, *messages: Outgoing) -> None:
    async with store.work() as work:
        await work.outbox.put(messages)
        await work.commit()


async def claim(
    store: SqlStore,
    at: datetime = NOW,
    *,
    limit: int = 100,
    lease: float = LEASE,
    skip: Sequence[Pause] = (),
) -> Sequence[Push]:
    return await store.pushes.claim(at, limit=limit, lease=lease, skip=skip)


def keys(pushes: Iterable[Push]) -> list[str]:
    return [push.key for push in pushes]


async def send_all(store: SqlStore, at: datetime = NOW) -> list[str]:
    """Send what can be sent, one round after the other; the keys in the order of sending."""
    order: list[str] = []
    while pushes := await claim(store, at):
        for push in pushes:
            assert await store.pushes.sent(push, f"platform-{push.id}", at)
            order.append(push.key)
    return order

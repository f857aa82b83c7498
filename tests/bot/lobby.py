"""A toy reception: it answers by itself, takes some words to the desk, and has faults on request."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.intake import Intake
from cases.errors import Overtaken
from cases.people import Address
from dialogs.engine.heard import Heard, Human, media_of
from dialogs.engine.messages import Choice, Content, Incoming, Outgoing, Reply, Text
from dialogs.engine.ports import Conversation, Desktop, Work
from tests.bot.counting_store import CountingStore

NINE = datetime(2026, 3, 3, 1, tzinfo=UTC)
LI = Address("toy:main", "li")
CLERK = Address("toy:main", "clerk")


SOON = 10.0
"""Seconds after which what must happen at once is taken not to come."""


async def comes(event: asyncio.Event) -> None:
    """Wait until it is set, and not for ever."""
    async with asyncio.timeout(SOON):
        await event.wait()


def said(words: Content | str, key: str = "m1", who: Address = LI, *, last: bool = False) -> Incoming:
    """A delivery of a message at nine."""
    return Incoming(key, who, Text(words) if isinstance(words, str) else words, NINE, last=last)


class Brittle(Exception):
    """A bug."""


@dataclass
class ToyReception:
    """Keeps what was said in the conversation's state. First words decide: `desk` goes to the desk, `refuse` is
    refused there, `crash` has a bug, `quiet` is not answered, `long` is answered at length."""

    heard: Counter[str] = field(default_factory=Counter)
    attended: Counter[str] = field(default_factory=Counter)
    overtaken: int = 0
    crashes: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    def hear(self, desktop: Desktop, incoming: Incoming) -> Heard:
        """Answer with the words in capitals, or wish for the desk."""
        words = incoming.content.words if isinstance(incoming.content, Text) else ""
        self.heard[incoming.key] += 1
        if words.startswith("crash") and self.crashes:
            self.crashes -= 1
            raise Brittle("李婶 13800000000")
        before: Sequence[str] = desktop.conversation.state.get("said", ())
        conversation = replace(desktop.conversation, state={"said": [*before, words]}, changed_at=incoming.at)
        if words.startswith(("desk", "refuse")):
            return Heard(conversation, None, wish=Human())
        if words.startswith("quiet"):
            return Heard(conversation, None)
        if words.startswith("long"):
            return Heard(conversation, Reply("很长的话。" * 300, (Choice("好"), Choice("不好"))))
        return Heard(conversation, Reply(words.upper()), media=media_of(incoming))

    async def attend(self, work: Work, desktop: Desktop, heard: Heard, incoming: Incoming) -> Heard:
        """Push something to the clerk; then say so, or refuse."""
        self.attended[incoming.key] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.entered.set()
        try:
            await work.outbox.put([Outgoing(f"push:{incoming.key}", CLERK, Reply("请办"))])
            await self.gate.wait()
        finally:
            self.at_once -= 1
        if self.overtaken:
            self.overtaken -= 1
            raise Overtaken(incoming.key)
        refused = heard.conversation.state["said"][-1].startswith("refuse")
        reply = Reply("不行，请先登记。" if refused else "已登记")
        return replace(heard, reply=reply, wish=None, refused=refused)


@dataclass
class Lobby:
    """An intake with a toy reception over a real store."""

    store: CountingStore
    reception: ToyReception = field(default_factory=ToyReception)
    faults: list[tuple[str, str]] = field(default_factory=list)
    tells: bool = True
    puts: int = 0

    def __post_init__(self) -> None:
        self.intake = self.node()

    def node(self, deadline: float = 30.0, grace: float = 0.0, at_once: int = 8) -> Intake:
        """One more intake over the same store; `deadline` and `grace` in seconds."""
        return Intake(
            self.store,
            self.reception,
            on_fault=self._on_fault,
            on_put=self._on_put,
            deadline=deadline,
            grace=grace,
            at_once=at_once,
        )

    def _on_put(self) -> None:
        self.puts += 1

    async def _on_fault(self, key: str, kind: str) -> None:
        if not self.tells:
            raise Brittle("nobody there")
        self.faults.append((key, kind))

    async def conversation(self, who: Address = LI) -> Conversation | None:
        """As it is kept."""
        async with self.store.inner.work(readonly=True) as work:
            return await work.conversations.get(who)

    async def words(self, who: Address = LI) -> list[str]:
        """What the toy conversation remembers."""
        kept = await self.conversation(who)
        return [] if kept is None else list(kept.state.get("said", ()))

    async def outbox(self, now: datetime) -> list[tuple[str, Reply]]:
        """All that may go out by then, in order."""
        found: list[tuple[str, Reply]] = []
        while claimed := await self.store.inner.pushes.claim(now, limit=100, lease=30.0):
            for push in claimed:
                assert isinstance(push.body, Reply)
                found.append((push.key, push.body))
                assert await self.store.inner.pushes.sent(push, "", now)
        return found

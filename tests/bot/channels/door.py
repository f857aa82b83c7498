"""A channel's callback on a port of this machine, with somebody behind it who remembers what was said."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
from aiohttp import web

from bot.channel import Channel, Hear
from dialogs.engine.messages import Incoming, Reply
from tests.bot.channels.accounts import ANSWER, Query, Side, StoppedClock


@dataclass
class Listener:
    """Hears everything; answers with `answer`, or raises it."""

    answer: Reply | Exception | None = ANSWER
    heard: list[Incoming] = field(default_factory=list)

    async def __call__(self, incoming: Incoming) -> Reply | None:
        self.heard.append(incoming)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass(frozen=True)
class Answered:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str


class Door:
    """One account's callback served on 127.0.0.1. Open it as a context."""

    def __init__(self, side: Side, clock: StoppedClock | None = None, hear: Hear | None = None) -> None:
        """`hear` takes the listener's place."""
        self.side = side
        self.clock = clock or StoppedClock()
        self.listener = Listener()
        self._hear = hear
        self.channel: Channel = side.channel(self.clock)
        self.port = 0

    async def __aenter__(self) -> "Door":
        app = web.Application()
        app.add_routes(self.channel.routes(self._hear or self.listener))
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession(f"http://127.0.0.1:{self.port}")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()
        await self.channel.close()

    async def post(self, query: Mapping[str, str] | str, body: bytes | AsyncIterator[bytes]) -> Answered:
        """Deliver a body under that query."""
        async with self._session.post(self.side.path, params=query, data=body) as response:
            return Answered(response.status, await response.read(), response.content_type)

    async def get(self, query: Mapping[str, str] | str, path: str | None = None) -> Answered:
        """Ask the callback's address."""
        async with self._session.get(path or self.side.path, params=query) as response:
            return Answered(response.status, await response.read(), response.content_type)

    def callback(self, fields: Mapping[str, str], *, age: float = 0) -> tuple[Query, bytes]:
        """What the platform sends for a message of these fields."""
        return self.side.callback(self.side.xml(fields, self.clock, age=age), self.clock)

    async def say(self, fields: Mapping[str, str], *, age: float = 0) -> Answered:
        """Deliver a message of these fields, `age` seconds old."""
        return await self.post(*self.callback(fields, age=age))

    async def deliver(self, fields: Mapping[str, str], *ages: float) -> list[Answered]:
        """Deliver one message again and again, so many seconds old by our clock."""
        answers, sent_at = [], self.clock.now - timedelta(seconds=ages[0])
        for age in ages:
            self.clock.now = sent_at + timedelta(seconds=age)
            answers.append(await self.say(fields, age=age))
        return answers

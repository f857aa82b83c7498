"""Both platforms' APIs as a recorder: every send is written down, repeated ones too, and answered after 5 to 30 ms.

The emulator is not used here: it knows its phones beforehand, reads a phone's whole chat for each send, and shows what
a phone shows, while here thousands of citizens come and go and what counts is each HTTP request.
"""

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.web import opened as door
from config.settings import Settings
from emulator.calls import body, error
from emulator.tokens import Tokens
from gridbell.demo import HOST
from gridbell.demo_accounts import ACCOUNT

LATENCY = (0.005, 0.030)
"""Seconds that an answer takes."""
WECHAT, WECOM = f"wechat:{ACCOUNT}", f"wecom:{ACCOUNT}"


@dataclass(frozen=True, slots=True)
class Sending:
    """One message as the platform got it. `interval` is in how many seconds a repetition is dropped (0: never)."""

    channel: str
    user: str
    words: str
    interval: int


@dataclass
class Platform:
    """What was sent, in order; `dropped` are the places of those that the duplicate check kept from the phone."""

    settings: Settings
    chance: random.Random
    latency: tuple[float, float] = LATENCY
    sendings: list[Sending] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)
    _said: dict[str, float] = field(default_factory=dict)
    _tokens: Tokens = field(default_factory=Tokens)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _listeners: defaultdict[str, list[asyncio.Queue[str]]] = field(default_factory=lambda: defaultdict(list))

    @asynccontextmanager
    async def open(self, port: int) -> AsyncIterator[None]:
        """Listen while the context lasts."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/wechat-api/cgi-bin/stable_token", self._token),
                web.post("/wechat-api/cgi-bin/message/custom/send", self._wechat),
                web.get("/wecom-api/cgi-bin/gettoken", self._token),
                web.post("/wecom-api/cgi-bin/message/send", self._wecom),
            ]
        )
        async with door(app, HOST, port):
            yield

    @contextmanager
    def pushes_to(self, user: str) -> Iterator["asyncio.Queue[str]"]:
        """What is sent to that user from now on."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._listeners[user].append(queue)
        try:
            yield queue
        finally:
            self._listeners[user].remove(queue)
            if not self._listeners[user]:
                del self._listeners[user]

    async def got(self, many: int) -> None:
        """Wait until so many messages have come in all, the repeated ones counted."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.sendings) >= many)

    def different(self) -> int:
        """How many came, each counted once."""
        return len(set(self.sendings))

    def repeated(self) -> int:
        """How many came that had come before."""
        return len(self.sendings) - self.different()

    async def _token(self, _: web.Request) -> web.Response:
        token, left = self._tokens.give(ACCOUNT)
        return web.json_response({"errcode": 0, "access_token": token, "expires_in": left})

    async def _wechat(self, request: web.Request) -> web.Response:
        if self._tokens.account(request.query.get("access_token", "")) is None:
            return error(40001, "invalid credential")
        message = await body(request)
        self._keep(Sending(WECHAT, str(message["touser"]), str(message["text"]["content"]), 0), message)
        return await self._answer()

    async def _wecom(self, request: web.Request) -> web.Response:
        if self._tokens.account(request.query.get("access_token", "")) is None:
            return error(40014, "invalid access_token")
        message = await body(request)
        asked = message.get("enable_duplicate_check") == 1
        interval = int(message.get("duplicate_check_interval", 0)) if asked else 0
        self._keep(Sending(WECOM, str(message["touser"]), str(message["text"]["content"]), interval), message)
        return await self._answer()

    def _keep(self, sending: Sending, message: Mapping[str, Any]) -> None:
        """Written down before it is answered: whoever is killed meanwhile has sent it all the same."""
        whole, now = json.dumps(message, sort_keys=True), time.monotonic()
        last = self._said.get(whole)
        if sending.interval and last is not None and now - last < sending.interval:
            self.dropped.add(len(self.sendings))
        else:
            self._said[whole] = now
            for queue in self._listeners.get(sending.user, ()):
                queue.put_nowait(sending.words)
        self.sendings.append(sending)

    async def _answer(self) -> web.Response:
        async with self._news:
            self._news.notify_all()
        await asyncio.sleep(self.chance.uniform(*self.latency))
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": f"msg-{len(self.sendings)}"})

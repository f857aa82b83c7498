"""A platform's API on a port of this machine: gives tokens, notes every call, answers as told."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest
from aiohttp import BodyPartReader, web

from bot.channel import Channel, File, NotSent
from cases.people import Address
from dialogs.engine.messages import Reply

CUSTOM = "/cgi-bin/message/custom/send"
MESSAGE = "/cgi-bin/message/send"
UPLOAD = "/cgi-bin/media/upload"
MEDIA = "/cgi-bin/media/get"
LI = Address("wechat:main", "oLi")
WANG = Address("wecom:main", "Wang")
FINE = Reply("好")
TOKEN_PATHS = {"/cgi-bin/stable_token", "/cgi-bin/gettoken"}
FINE_ANSWER = {"errcode": 0, "errmsg": "ok"}
BAD_TOKEN = {"errcode": 42001, "errmsg": "access_token expired"}


@dataclass(frozen=True)
class HangUp:
    """Close the connection without an answer."""


@dataclass(frozen=True)
class Hang:
    """Say nothing until the caller goes."""


@dataclass(frozen=True)
class Slow:
    """Take it well, but say so only once told; `asked` is set when the call is there."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)


Answer: TypeAlias = Mapping[str, Any] | File | HangUp | Hang | Slow | int
"""JSON, a file, a closed connection, silence, a yes in its own time, or an HTTP status."""


@dataclass(frozen=True)
class Call:
    """One call: what was asked, and the JSON or the form that came with it."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any = None
    raw: bytes = b""


@dataclass
class Platform:
    """Open it as a context. `answers` are used up in order, path by path; then `{"errcode": 0}` is said.

    With `sticky` a token is given again and again until one is forced. `stale` are tokens it takes no more.
    """

    answers: defaultdict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[Call] = field(default_factory=list)
    stale: set[str] = field(default_factory=set)
    sticky: bool = False
    lives_for: float = 7200
    given: int = 0
    base: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "Platform":
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.over.set()
        await self._runner.cleanup()

    def will_say(self, path: str, *answers: Answer) -> None:
        """Answer the next calls of that path so."""
        self.answers[path].extend(answers)

    @property
    def token_calls(self) -> list[Call]:
        """Calls for a token."""
        return [call for call in self.calls if call.path in TOKEN_PATHS]

    @property
    def other_calls(self) -> list[Call]:
        """All calls but those for a token."""
        return [call for call in self.calls if call.path not in TOKEN_PATHS]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        call = await noted(request)
        self.calls.append(call)
        scripted = self.answers[call.path]
        if scripted:
            answer = scripted.popleft()
            if isinstance(answer, Hang):
                await self.over.wait()
            if isinstance(answer, Slow):
                answer.asked.set()
                await answer.may_answer.wait()
                answer = FINE_ANSWER
            return said(request, answer)
        if call.path in TOKEN_PATHS:
            return said(request, self._token(call))
        if call.query.get("access_token") in self.stale:
            return said(request, BAD_TOKEN)
        return said(request, FINE_ANSWER)

    def _token(self, call: Call) -> Answer:
        forced = bool(call.body) and call.body.get("force_refresh")
        if not self.sticky or forced or not self.given:
            self.given += 1
        return {"access_token": f"token-{self.given}", "expires_in": self.lives_for}


async def noted(request: web.Request) -> Call:
    """The call with its body read."""
    body: Any = None
    raw = b""
    if request.content_type == "multipart/form-data":
        parts = await request.multipart()
        part = await parts.next()
        assert isinstance(part, BodyPartReader)
        raw = bytes(await part.read())
        body = (part.name, part.filename, part.headers.get("Content-Type"))
    elif request.can_read_body:
        raw = await request.read()
        body = json.loads(raw)
    return Call(request.method, request.path, dict(request.query), body, raw)


def said(request: web.Request, answer: Answer) -> web.StreamResponse:
    """The answer over HTTP; JSON as text/plain, as WeChat often writes it."""
    if isinstance(answer, HangUp | Hang | Slow):
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if isinstance(answer, int):
        return web.Response(status=answer)
    if isinstance(answer, File):
        return web.Response(body=answer.content, content_type=answer.content_type)
    return web.Response(text=json.dumps(answer), content_type="text/plain")


async def refusal(channel: Channel, to: Address, message: Reply | File = FINE) -> NotSent:
    """Why the message was not taken."""
    with pytest.raises(NotSent) as fault:
        await channel.send("k", to, message)
    return fault.value

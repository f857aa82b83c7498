"""A service to call, with wechatpy's crypto as the oracle, and an emulator that calls it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import xmltodict
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, unused_port
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WeComCrypto
from wechatpy.utils import check_signature

from emulator.app import Emulator
from emulator.settings import (
    DARK_LAMP,
    LIT_LAMP,
    OPEN_MANHOLE,
    EmulatorSettings,
    Phone,
    SamplePin,
    WeChatAccount,
    WeComAccount,
)

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
Browser = TestClient[web.Request, web.Application]


class StandingClock:
    """Stands still until it is told to jump."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant

    async def advance_to_next(self) -> str:
        self.instant += timedelta(hours=4)
        return "已到：提醒 50 %，案件 YX260901-0001"

    async def advance(self, hours: float) -> str:
        self.instant += timedelta(hours=hours)
        return "这段时间没有到期的事"


Answer = Callable[[dict[str, Any]], str | int | None]


@dataclass
class Service:
    """Keeps what it heard. `answer` gives text to say, None for `success`, a number for that HTTP status."""

    heard: list[dict[str, Any]] = field(default_factory=list)
    answer: Answer = lambda _message: None
    raw: str | None = None

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/wechat/county", self._wechat), web.post("/wecom/county", self._wecom)]

    async def _wechat(self, request: web.Request) -> web.Response:
        query = request.query
        check_signature("tok", query["signature"], query["timestamp"], query["nonce"])
        assert query["encrypt_type"] == "aes"
        return await self._hear(request, WeChatCrypto("tok", KEY, "wxapp"))

    async def _wecom(self, request: web.Request) -> web.Response:
        return await self._hear(request, WeComCrypto("tok", KEY, "corp"))

    async def _hear(self, request: web.Request, crypto: Any) -> web.Response:
        query = request.query
        signs = query["msg_signature"], query["timestamp"], query["nonce"]
        message = xmltodict.parse(crypto.decrypt_message(await request.text(), *signs))["xml"]
        self.heard.append(dict(message))
        if self.raw is not None:
            return web.Response(text=self.raw)
        words = self.answer(message)
        if isinstance(words, int):
            return web.Response(status=words)
        if words is None:
            return web.Response(text="success")
        reply = xmltodict.unparse(
            {
                "xml": {
                    "ToUserName": message["FromUserName"],
                    "FromUserName": message["ToUserName"],
                    "CreateTime": "1",
                    "MsgType": "text",
                    "Content": words,
                }
            }
        )
        return web.Response(text=crypto.encrypt_message(reply, query["nonce"], query["timestamp"]))


@dataclass
class Town:
    """All that a test touches."""

    emulator: Emulator
    service: Service
    clock: StandingClock
    browser: Browser

    async def say(self, phone: str, **wish: Any) -> int:
        answer = await self.browser.post(f"/phones/{phone}/say", json=wish)
        await self.emulator.settled()
        return answer.status

    def shown(self, phone: str) -> list[str]:
        return [str(entry.get("text", entry["kind"])) for entry in self.emulator.desk.history.of(phone)]

    async def call(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.browser.post(path, json=body)
        found: dict[str, Any] = await answer.json()
        return found

    async def wechat_token(self, **more: Any) -> str:
        asked = {"grant_type": "client_credential", "appid": "wxapp", "secret": "s1"} | more
        return str((await self.call("/wechat-api/cgi-bin/stable_token", **asked)).get("access_token"))

    async def push(self, token: str, words: str, to: str = "oLi") -> int:
        path = f"/wechat-api/cgi-bin/message/custom/send?access_token={token}"
        found = await self.call(path, touser=to, msgtype="text", text={"content": words})
        return int(found["errcode"])

    async def wecom_token(self) -> str:
        path = "/wecom-api/cgi-bin/gettoken?corpid=corp&corpsecret=s2"
        return str((await (await self.browser.get(path)).json())["access_token"])

    async def app_message(self, to: str, words: str, **more: Any) -> dict[str, Any]:
        path = f"/wecom-api/cgi-bin/message/send?access_token={await self.wecom_token()}"
        message = {"touser": to, "msgtype": "text", "agentid": 7, "text": {"content": words}} | more
        return await self.call(path, **message)


PHONES = (
    Phone(
        "citizen",
        "李婶",
        "群众 · 微信",
        "wechat",
        "county",
        "oLi",
        ("上报", "我的案件", "帮助"),
        (SamplePin("幸福路 12 号", 31.2304, 121.4737),),
        (DARK_LAMP, OPEN_MANHOLE),
    ),
    Phone("officer", "王网格员", "网格员 · 企业微信", "wecom", "county", "Wang", ("待办",), (), (LIT_LAMP,)),
    Phone("admin", "赵主任", "指挥中心 · 企业微信", "wecom", "county", "Zhao", ("统计 今日",)),
)


@asynccontextmanager
async def town(deadline: float = 5.0, history: Path | None = None) -> AsyncIterator[Town]:
    """A running emulator and a running service, both on this machine."""
    service, clock, port = Service(), StandingClock(), unused_port()
    app = web.Application()
    app.add_routes(service.routes())
    async with TestServer(app) as server:
        settings = EmulatorSettings(
            phones=PHONES,
            wechat=[WeChatAccount("county", "wxapp", "s1", "tok", KEY, str(server.make_url("/wechat/county")))],
            wecom=[WeComAccount("county", "corp", 7, "s2", "tok", KEY, str(server.make_url("/wecom/county")))],
            port=port,
            clock=clock,
            history_path=history,
            wecom_extra_users=("Sun",),
            deadline=deadline,
        )
        emulator = Emulator(settings)
        async with TestClient(TestServer(emulator.app(), port=port)) as browser:
            yield Town(emulator, service, clock, browser)

"""The emulator as one aiohttp app: both platforms' APIs, the callbacks, and the page with the phones."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, web

from emulator.callbacks import Callbacks
from emulator.calls import body
from emulator.desk import Desk
from emulator.faults import Faults
from emulator.gestures import BadGesture, Gestures, Sending
from emulator.history import Entry
from emulator.media import content_type
from emulator.settings import EmulatorSettings, Phone
from emulator.wechat_api import WeChatApi
from emulator.wecom_api import WeComApi

PAGE = Path(__file__).parent / "page"
LARGEST_UPLOAD = 10 * 1024 * 1024  # bytes, the platforms' limit for pictures
HEARTBEAT = 15.0  # seconds
WEEKDAYS = "一二三四五六日"
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; base-uri 'none'"


class Emulator:
    """WeChat and WeCom on one's own machine."""

    def __init__(self, settings: EmulatorSettings) -> None:
        self.settings = settings
        self.faults = Faults()
        self.desk = Desk(settings)
        self._gestures = Gestures(self.desk, Callbacks(self.desk))
        self._session: ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def app(self) -> web.Application:
        """The application, to be served at the host and port of the settings."""
        app = web.Application(client_max_size=LARGEST_UPLOAD + 4096, middlewares=[self.faults.middleware])
        app.cleanup_ctx.append(self._open_session)
        app.on_shutdown.append(self._close_pages)
        app.add_routes(WeChatApi(self.desk).routes())
        app.add_routes(WeComApi(self.desk).routes())
        app.add_routes(
            [
                web.get("/", self._page),
                web.static("/page", PAGE),
                web.get("/media/{media}", self._media),
                web.get("/phones", self._state),
                web.get("/phones/events", self._events),
                web.get("/phones/{id}/photos/{number}", self._sample),
                web.post("/phones/{id}/say", self._say),
                web.post("/phones/{id}/upload", self._upload),
                web.post("/clock", self._jump),
            ]
        )
        return app

    async def settled(self) -> None:
        """Wait until everything people did has been delivered (or given up)."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def _open_session(self, _app: web.Application) -> AsyncIterator[None]:
        async with ClientSession() as session:
            self._session = session
            yield
            for task in list(self._under_way):
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            self._session = None

    async def _close_pages(self, _app: web.Application) -> None:
        self._closing.set()
        self.desk.history.tell({"type": "bye"})

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": POLICY})

    async def _media(self, request: web.Request) -> web.Response:
        return _file(self.desk.media.read(request.match_info["media"]))

    async def _sample(self, request: web.Request) -> web.Response:
        phone, number = self._phone(request), request.match_info["number"]
        known = number.isascii() and number.isdigit() and int(number) < len(phone.photos)
        return _file(phone.photos[int(number)].content() if known else None)

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "title": self.settings.title,
                "hint": self.settings.hint,
                "clock": self._clock(),
                "phones": [_described(phone) for phone in self.settings.phones],
                "entries": self.desk.history.entries,
            }
        )

    def _clock(self) -> dict[str, Any]:
        local = self.desk.now().astimezone(ZoneInfo(self.settings.time_zone))
        words = f"{local.month}月{local.day}日 星期{WEEKDAYS[local.weekday()]} {local:%H:%M}"
        return {"words": words, "virtual": self.settings.clock is not None, "zone": self.settings.time_zone}

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        after = request.query.get("after", "")
        seen = int(after) if after.isascii() and after.isdigit() else len(self.desk.history.entries)
        with self.desk.history.page() as news:
            for entry in self.desk.history.entries[seen:]:
                await response.write(_event({"type": "entry", "entry": entry}))
            await response.write(_event({"type": "clock", "clock": self._clock()}))
            with suppress(ConnectionResetError):
                while not self._closing.is_set():
                    await response.write(_event(await self._next(news)))
        return response

    async def _next(self, news: asyncio.Queue[Entry]) -> Entry:
        """The next news; the clock when there are none, which also finds out whether the page is still there."""
        try:
            return await asyncio.wait_for(news.get(), HEARTBEAT)
        except TimeoutError:
            return {"type": "clock", "clock": self._clock()}

    async def _say(self, request: web.Request) -> web.Response:
        wish = await body(request)
        return self._do(self._phone(request), {name: wish[name] for name in wish if name != "upload"})

    async def _upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        if not content_type(content).startswith("image/"):
            return web.json_response({"error": "请选择 JPG、PNG 或 GIF 图片"}, status=400)
        return self._do(self._phone(request), {"upload": content})

    def _do(self, phone: Phone, wish: dict[str, Any]) -> web.Response:
        if self._session is None:
            raise web.HTTPServiceUnavailable
        try:
            sendings = self._gestures.make(self._session, phone, wish)
        except BadGesture as error:
            return web.json_response({"error": str(error)}, status=400)
        task = asyncio.create_task(_in_order(sendings))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return web.json_response({"ok": True}, status=202)

    async def _jump(self, request: web.Request) -> web.Response:
        clock, jump = self.settings.clock, (await body(request)).get("jump")
        hours = {"hour": 1, "day": 24}.get(str(jump))
        if clock is None or (jump != "next" and hours is None):
            return web.json_response({"error": "时钟不能这样拨"}, status=400)
        words = await clock.advance_to_next() if hours is None else await clock.advance(hours)
        self.desk.history.tell({"type": "clock", "clock": self._clock(), "rang": words})
        return web.json_response({"clock": self._clock(), "rang": words})

    def _phone(self, request: web.Request) -> Phone:
        phone = self.desk.phones.get(request.match_info["id"])
        if phone is None:
            raise web.HTTPNotFound(text="没有这部手机")
        return phone


async def _in_order(sendings: list[Sending]) -> None:
    for sending in sendings:
        await sending()


def _event(news: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(news, ensure_ascii=False)}\n\n".encode()


def _file(content: bytes | None) -> web.Response:
    if content is None:
        raise web.HTTPNotFound(text="没有这个文件")
    headers = {"X-Content-Type-Options": "nosniff"}
    return web.Response(body=content, content_type=content_type(content), headers=headers)


def _described(phone: Phone) -> dict[str, Any]:
    return {
        "id": phone.id,
        "owner": phone.owner,
        "caption": phone.caption,
        "platform": phone.platform,
        "shortcuts": list(phone.shortcuts),
        "pins": [{"label": pin.label, "lat": pin.latitude, "lng": pin.longitude} for pin in phone.pins],
        "photos": [
            {"label": photo.label, "url": f"/phones/{phone.id}/photos/{number}"}
            for number, photo in enumerate(phone.photos)
        ],
    }

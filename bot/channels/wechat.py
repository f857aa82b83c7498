"""A WeChat service account (微信服务号): callbacks in, passive replies, customer-service messages out."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from aiohttp import web
from wechatpy.client.api import WeChatMessage

from bot.api import ACCOUNT, BUSY, CROWDED, HELD, TOMORROW, Dialect, PlatformApi, Posting, Request, Verdict, speaks
from bot.callback import (
    TurnedAway,
    check_fresh,
    checked_user,
    dedupe_key,
    guarded,
    hear_out,
    read_body,
    read_query,
)
from bot.channel import File, Hear, NotSent, Sent
from bot.content import Reader, content_of, joined, left, messages_of, pressed, scanned
from bot.envelope import Envelope, read_xml, signed, text_answer
from bot.tally import Tally
from bot.texts import with_links, with_numbers
from bot.tokens import TokenStore
from bot.uploads import ProcessUploads, Uploads, with_upload
from cases.people import Address
from dialogs.engine.messages import Incoming, Reply

AFTER_MESSAGE = (5, 48 * 3600)  # customer-service messages and seconds; 20 before June 2023
AFTER_PRESS = (3, 60)  # menu click, scan, follow, and a touched choice
NO_WINDOW = (0, 0)
MOST_IMAGE_BYTES = 2 * 1024 * 1024  # the documents say both 2 and 10 MB
PRESSES = {"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"}
TOO_LONG = "45002"
STALE = frozenset({40001, 40014, 42001})
VERDICTS: Mapping[int, Verdict] = {
    -1: BUSY,
    45009: TOMORROW,
    45011: CROWDED,
    45015: HELD,
    45047: HELD,
    **dict.fromkeys((40002, 40013, 40125, 40164, 40243, 41001, 41002, 41004, 48001, 48004, 50002), ACCOUNT),
}


@dataclass(frozen=True, slots=True)
class WeChatAccount:
    """A service account's settings; without `encoding_aes_key` callbacks come in plain text.

    `api_base` is the API's root address.
    """

    name: str
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    encoding_aes_key: str | None = field(repr=False)
    api_base: str


MESSAGES = messages_of("wechat")
EVENTS: Mapping[str, Reader] = {
    "subscribe": joined,
    "scan": joined,
    "unsubscribe": left,
    "click": pressed,
    "scancode_waitmsg": scanned,
}
"""All other events are noted quietly (LOCATION comes every 5 s; a message follows location_select and pic_*)."""


def window_of(fields: Mapping[str, str]) -> tuple[int, int]:
    """What we may send later because of this message; a touched choice counts as a menu click, to be safe."""
    if fields["MsgType"].lower() == "event":
        return AFTER_PRESS if fields.get("Event", "").lower() in PRESSES else NO_WINDOW
    return AFTER_PRESS if "bizmsgmenuid" in fields else AFTER_MESSAGE


class WeChat:
    """The channel of one service account."""

    needs_window = True

    def __init__(
        self,
        account: WeChatAccount,
        clock: Callable[[], datetime],
        tokens: TokenStore,
        *,
        uploads: Uploads | None = None,
    ) -> None:
        """Without `uploads` this process knows its own."""
        self.name = f"wechat:{account.name}"
        self._account = account
        self._clock = clock
        key = account.encoding_aes_key
        self._envelope = Envelope(account.token, key, account.app_id) if key else None
        identity = f"wechat\n{account.app_id}\n{account.app_secret}"
        self._api = PlatformApi(identity, account.api_base, self._dialect(), tokens, clock)
        self._customer_service = WeChatMessage(Posting(self._api))
        self._deliveries = Tally()
        self._uploads = uploads or ProcessUploads(clock)

    def _dialect(self) -> Dialect:
        def token_request(force: bool) -> Request:
            keys = {"appid": self._account.app_id, "secret": self._account.app_secret}
            body = {"grant_type": "client_credential", **keys, "force_refresh": force}
            return Request("POST", "/cgi-bin/stable_token", body=body)

        return Dialect(token_request, can_force=True, stale=STALE, verdicts=VERDICTS)

    def routes(self, hear: Hear) -> Iterable[web.RouteDef]:
        """The callback: GET proves that the address is ours, POST brings messages."""

        async def message(request: web.Request) -> web.Response:
            return await self._message(request, hear)

        path = f"/wechat/{self._account.name}"
        yield web.get(path, guarded(self.name, self._handshake), allow_head=False)
        yield web.post(path, guarded(self.name, message))

    def _check(self, query: Mapping[str, str]) -> None:
        check_fresh(query["timestamp"], self._clock())
        if not signed(query["signature"], self._account.token, query["timestamp"], query["nonce"]):
            raise TurnedAway(403, "signature")

    async def _handshake(self, request: web.Request) -> web.Response:
        query = read_query(request, "signature", "timestamp", "nonce", "echostr")
        self._check(query)
        return web.Response(text=query["echostr"])

    async def _message(self, request: web.Request, hear: Hear) -> web.Response:
        body = await read_body(request)
        query = read_query(request, "signature", "timestamp", "nonce")
        self._check(query)
        fields = read_xml(self._opened(request, body, query))
        user = checked_user(fields)
        sent_at = int(fields["CreateTime"])
        incoming = Incoming(
            key=dedupe_key(self._account.app_id, fields),
            sender=Address(self.name, user),
            content=content_of(fields, MESSAGES, EVENTS),
            at=self._clock(),
            window=window_of(fields),
        )
        reply = await hear_out(hear, incoming, sent_at, self._deliveries)
        if reply is None:
            return web.Response(text="success")
        return self._answer(user, fields.get("ToUserName", ""), query["nonce"], with_links(reply))

    def _opened(self, request: web.Request, body: bytes, query: Mapping[str, str]) -> bytes:
        """The message's XML. With a key set nothing unencrypted is read: a captured plain signature signs any body."""
        aes = request.query.get("encrypt_type") == "aes"
        if self._envelope is None:
            if aes:
                raise TurnedAway(403, "encrypted, but no key is set")
            return body
        if not aes or "msg_signature" not in request.query:
            raise TurnedAway(403, "not encrypted")
        signature = read_query(request, "msg_signature")["msg_signature"]
        encrypt = read_xml(body).get("Encrypt", "")
        if not self._envelope.genuine(signature, query["timestamp"], query["nonce"], encrypt):
            raise TurnedAway(403, "message signature")
        return self._envelope.open(encrypt)

    def _answer(self, user: str, account: str, nonce: str, text: str) -> web.Response:
        now = int(self._clock().timestamp())
        xml = text_answer(user, account, now, text)
        if self._envelope is not None:
            xml = self._envelope.seal(xml, str(now), nonce).xml()
        return web.Response(text=xml, content_type="application/xml")

    async def send(self, key: str, to: Address, message: Reply | File) -> Sent:
        """A customer-service message; one with choices goes without links if the platform, whose limit is not
        documented, finds it too long. Raises NotSent."""
        if isinstance(message, File):
            return await self._send_image(to, message)
        try:
            await self._customer_service.send_text(to.user, with_links(message))
        except NotSent as fault:
            if fault.reason != TOO_LONG or not message.choices:
                raise
            await self._customer_service.send_text(to.user, with_numbers(message))
        return Sent()

    async def _send_image(self, to: Address, file: File) -> Sent:
        if len(file.content) > MOST_IMAGE_BYTES:
            raise NotSent("too-big")
        upload = partial(self._api.upload, "/cgi-bin/media/upload", "image", file)

        async def send(media: str) -> Sent:
            await self._customer_service.send_image(to.user, media)
            return Sent()

        return await with_upload(self._uploads, self.name, file, upload, send)

    async def fetch(self, media_id: str) -> File:
        """A photo, voice or video (for which the platform answers with another address). Raises NotSent."""
        file = await self._api.download("/cgi-bin/media/get", media_id)
        if not speaks(file):
            return file
        address = json.loads(file.content).get("video_url")
        if not isinstance(address, str):
            raise NotSent("no-media")
        video = await self._api.download_from(address)
        if speaks(video):
            raise NotSent("no-media")
        return video

    async def check(self) -> str:
        """One token call; what to mend, in Chinese, or ''."""
        try:
            await self._api.new_token()
        except NotSent as fault:
            hint = "请核对 app_id、app_secret 和 IP 白名单" if fault.account else "请检查网络和 api_base，稍后再试"
            return f"{self.name} 取不到访问凭证（{fault.reason}）：{hint}。"
        return ""

    async def close(self) -> None:
        """Give back connections."""
        await self._api.close()

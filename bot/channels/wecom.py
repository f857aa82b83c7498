"""A WeCom app (企业微信自建应用): encrypted callbacks in, application messages out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zlib import crc32

from aiohttp import web
from wechatpy.enterprise.client.api import WeChatMessage

from bot.api import ACCOUNT, BUSY, CROWDED, HTTP_TIMEOUT, Dialect, PlatformApi, Posting, Request, Verdict, speaks
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
from bot.envelope import Envelope, read_xml, text_answer
from bot.pace import Paces, paces_alone
from bot.tally import Tally
from bot.texts import with_numbers
from bot.tokens import TokenStore
from bot.uploads import ProcessUploads, Uploads, with_upload
from cases.people import Address
from dialogs.engine.messages import Incoming, Reply

MOST_IMAGE_BYTES = 10 * 1024 * 1024
REPEATS_WITHIN = range(1800, 4 * 3600 + 1)  # seconds in which the platform drops an identical request; it takes 4 h
ON_THE_WAY = timedelta(seconds=HTTP_TIMEOUT)  # what left in order may arrive closer together by this much
PACE = ((30, timedelta(minutes=1) + ON_THE_WAY), (1000, timedelta(hours=1) + ON_THE_WAY))
"""Messages of the app to one member; the platform drops what exceeds it and says it is well (path/90454)."""
CALLS = ((10_000, timedelta(minutes=1)), (150_000, timedelta(hours=1)))
"""Calls of one API by all apps of a corporation (path/90454); what exceeds it is answered by 45009."""
NO_RECEIVER = "81013"
STALE = frozenset({40014, 42001})  # 40001 is a bad secret here, not an old token
VERDICTS: Mapping[int, Verdict] = {
    -1: BUSY,
    6000: BUSY,
    45033: BUSY,
    45009: CROWDED,
    **dict.fromkeys((40001, 40013, 40056, 41001, 48002, 60020, 301002), ACCOUNT),
}


@dataclass(frozen=True, slots=True)
class WeComAccount:
    """An app's settings; `secret` is the app's own. `api_base` is the API's root address."""

    name: str
    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    api_base: str


MESSAGES = messages_of("wecom")
EVENTS: Mapping[str, Reader] = {
    "subscribe": joined,
    "unsubscribe": left,
    "click": pressed,
    "template_card_event": pressed,
    "template_card_menu_event": pressed,
    "scancode_waitmsg": scanned,
}
"""All other events (enter_agent, LOCATION, view, pic_*, change_contact…) are noted quietly."""


def repeats_within(key: str) -> int:
    """Seconds in which the platform drops a repetition, different from key to key: it compares whole requests, so the
    same words under another key are another request and arrive, while another try of a key is dropped."""
    return REPEATS_WITHIN[crc32(key.encode("utf-8", "replace")) % len(REPEATS_WITHIN)]


def named(user: str, users: object) -> bool:
    """Whether `users`, joined by bars and in small letters, name this one. They come with errcode 0."""
    return user.lower() in str(users or "").lower().split("|")


class WeCom:
    """The channel of one app."""

    needs_window = False

    def __init__(
        self,
        account: WeComAccount,
        clock: Callable[[], datetime],
        tokens: TokenStore,
        *,
        paces: Paces | None = None,
        uploads: Uploads | None = None,
    ) -> None:
        """Without `paces` and `uploads` this process counts for itself."""
        self.name = f"wecom:{account.name}"
        self._account = account
        self._clock = clock
        self._envelope = Envelope(account.token, account.encoding_aes_key, account.corp_id)
        identity = f"wecom\n{account.corp_id}\n{account.agent_id}\n{account.secret}"
        self._api = PlatformApi(identity, account.api_base, self._dialect(), tokens, clock)
        self._messages = WeChatMessage(Posting(self._api))
        self._deliveries = Tally()
        paces = paces or paces_alone(clock)
        self._pace = paces(f"{account.corp_id}/{account.agent_id}", *PACE)
        self._calls = paces(f"{account.corp_id}/calls", *CALLS)
        self._uploads = uploads or ProcessUploads(clock)

    def _dialect(self) -> Dialect:
        def token_request(_: bool) -> Request:
            keys = {"corpid": self._account.corp_id, "corpsecret": self._account.secret}
            return Request("GET", "/cgi-bin/gettoken", keys)

        return Dialect(token_request, can_force=False, stale=STALE, verdicts=VERDICTS)

    def routes(self, hear: Hear) -> Iterable[web.RouteDef]:
        """The callback: GET proves that the address is ours, POST brings messages."""

        async def message(request: web.Request) -> web.Response:
            return await self._message(request, hear)

        path = f"/wecom/{self._account.name}"
        yield web.get(path, guarded(self.name, self._handshake), allow_head=False)
        yield web.post(path, guarded(self.name, message))

    def _open(self, query: Mapping[str, str], encrypt: str) -> bytes:
        if not self._envelope.genuine(query["msg_signature"], query["timestamp"], query["nonce"], encrypt):
            raise TurnedAway(403, "message signature")
        return self._envelope.open(encrypt)

    async def _handshake(self, request: web.Request) -> web.Response:
        query = read_query(request, "msg_signature", "timestamp", "nonce", "echostr")
        check_fresh(query["timestamp"], self._clock())
        return web.Response(body=self._open(query, query["echostr"]), content_type="text/plain")

    async def _message(self, request: web.Request, hear: Hear) -> web.Response:
        body = await read_body(request)
        query = read_query(request, "msg_signature", "timestamp", "nonce")
        check_fresh(query["timestamp"], self._clock())
        fields = read_xml(self._open(query, read_xml(body).get("Encrypt", "")))
        self._check_receiver(fields)
        user = checked_user(fields)
        sent_at = int(fields["CreateTime"])
        incoming = Incoming(
            key=dedupe_key(f"{self._account.corp_id}/{self._account.agent_id}", fields),
            sender=Address(self.name, user),
            content=content_of(fields, MESSAGES, EVENTS),
            at=self._clock(),
        )
        reply = await hear_out(hear, incoming, sent_at, self._deliveries)
        return self._answer(user, query["nonce"], with_numbers(reply)) if reply else web.Response()

    def _check_receiver(self, fields: Mapping[str, str]) -> None:
        """All apps of a corporation share the receiver id inside the envelope, so the app is looked at too."""
        corp, agent = fields.get("ToUserName"), fields.get("AgentID")
        if corp not in (None, self._account.corp_id) or agent not in (None, "", str(self._account.agent_id)):
            raise TurnedAway(403, "receiver")

    def _answer(self, user: str, nonce: str, text: str) -> web.Response:
        now = int(self._clock().timestamp())
        xml = text_answer(user, self._account.corp_id, now, text)
        sealed = self._envelope.seal(xml, str(now), nonce)
        return web.Response(text=sealed.xml(), content_type="application/xml")

    async def send(self, key: str, to: Address, message: Reply | File) -> Sent:
        """An application message; a platform that gets the same key again drops it. Raises NotSent, without asking the
        platform when it would drop one more to this member."""
        if wait := await self._pace.wait(to.user.lower()) or await self._calls.wait("message/send"):
            raise NotSent("pace", again=wait, asked=False)
        if isinstance(message, File):
            return await self._send_image(key, to, message)
        return await self._application(key, to, {"msgtype": "text", "text": {"content": with_numbers(message)}})

    async def _send_image(self, key: str, to: Address, file: File) -> Sent:
        if len(file.content) > MOST_IMAGE_BYTES:
            raise NotSent("too-big")
        upload = partial(self._api.upload, "/cgi-bin/media/upload", "image", file)

        async def send(media: str) -> Sent:
            return await self._application(key, to, {"msgtype": "image", "image": {"media_id": media}})

        return await with_upload(self._uploads, self.name, file, upload, send)

    async def _application(self, key: str, to: Address, body: Mapping[str, object]) -> Sent:
        if "|" in to.user or to.user.startswith("@"):  # would write to several people, or to all
            raise NotSent("receiver")
        repeats = {"enable_duplicate_check": 1, "duplicate_check_interval": repeats_within(key)}
        answer = await self._messages.send(self._account.agent_id, to.user, msg={**body, **repeats})
        if named(to.user, answer.get("invaliduser")):
            raise NotSent(NO_RECEIVER)
        if named(to.user, answer.get("unlicenseduser")):
            raise NotSent("unlicensed")
        return Sent(str(answer.get("msgid", "")), str(answer.get("response_code", "")))

    async def fetch(self, media_id: str) -> File:
        """A photo, voice or video. Raises NotSent."""
        file = await self._api.download("/cgi-bin/media/get", media_id)
        if speaks(file):
            raise NotSent("no-media")
        return file

    async def check(self) -> str:
        """One token call; what to mend, in Chinese, or ''."""
        try:
            await self._api.new_token()
        except NotSent as fault:
            hint = "请核对 corp_id、secret 和可信 IP" if fault.account else "请检查网络和 api_base，稍后再试"
            return f"{self.name} 取不到访问凭证（{fault.reason}）：{hint}。"
        return ""

    async def close(self) -> None:
        """Give back connections."""
        await self._api.close()

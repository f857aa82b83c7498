"""Calls the service as the platforms do: signed, encrypted, five seconds, three deliveries."""

import asyncio
import secrets
import time

from aiohttp import ClientError, ClientSession, ClientTimeout

from emulator.desk import Desk
from emulator.envelope import BadEnvelope, Envelope, signature, to_xml
from emulator.settings import Account, Phone, WeComAccount
from emulator.windows import following

DELIVERIES = 3
OK = 200
SERVER_ERROR = 500
APOLOGY = "该公众号暂时无法提供服务，请稍后再试"


class Callbacks:
    """Delivers what people do, and shows what comes back in the answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._last_event = 0
        self._envelopes = {
            key: Envelope(account.token, account.encoding_aes_key, account.receive_id)
            for key, account in desk.settings.accounts.items()
        }

    async def message(self, session: ClientSession, phone: Phone, kind: str, fields: dict[str, str]) -> None:
        """Deliver a message of that MsgType."""
        created = int(self._desk.now().timestamp())
        await self._deliver(session, phone, created, {"MsgType": kind, **fields, "MsgId": secrets.randbits(62) + 1})

    async def event(self, session: ClientSession, phone: Phone, event: str, key: str = "") -> None:
        """Deliver an event. Events carry no id, so two never share a second, even when the clock stands still."""
        self._last_event = max(int(self._desk.now().timestamp()), self._last_event + 1)
        await self._deliver(session, phone, self._last_event, {"MsgType": "event", "Event": event, "EventKey": key})

    async def _deliver(self, session: ClientSession, phone: Phone, created: int, fields: dict[str, str | int]) -> None:
        account = self._desk.settings.accounts[phone.platform, phone.account]
        to = account.receive_id if isinstance(account, WeComAccount) else f"gh_{account.name}"
        inner: dict[str, str | int] = {"ToUserName": to, "FromUserName": phone.user, "CreateTime": created}
        if isinstance(account, WeComAccount):
            fields = fields | {"AgentID": account.agent_id}
        self._desk.history.tell({"type": "typing", "phone": phone.id, "on": True})
        try:
            await self._try_thrice(session, phone, account, to_xml(inner | fields))
        finally:
            self._desk.history.tell({"type": "typing", "phone": phone.id, "on": False})

    async def _try_thrice(self, session: ClientSession, phone: Phone, account: Account, xml: str) -> None:
        deadline = self._desk.settings.deadline
        for delivery in range(1, DELIVERIES + 1):
            started = time.monotonic()
            answer = await self._post(session, phone, account, xml)
            if answer is not None:
                self._show_answer(phone, account, answer)
                return
            if delivery < DELIVERIES:
                words = f"服务未答复，平台将重试 {delivery + 1}/{DELIVERIES}"
                self._desk.show(phone, "note", "trouble", text=words)
                await asyncio.sleep(max(0.0, started + deadline - time.monotonic()))
        words = APOLOGY if phone.platform == "wechat" else "服务三次未答复，平台不再重试"
        self._desk.show(phone, "note", "trouble", text=words)

    async def _post(self, session: ClientSession, phone: Phone, account: Account, xml: str) -> tuple[int, str] | None:
        """One delivery: status and body, or None when the platform would try again."""
        query, body = self._sealed(phone, account, xml)
        timeout = ClientTimeout(total=self._desk.settings.deadline)
        try:
            async with session.post(account.callback_url, params=query, data=body, timeout=timeout) as answer:
                status, words = answer.status, await answer.text(errors="replace")
        except (ClientError, TimeoutError):
            return None
        again = status != OK if phone.platform == "wecom" else status >= SERVER_ERROR
        return None if again else (status, words)

    def _sealed(self, phone: Phone, account: Account, xml: str) -> tuple[dict[str, str], bytes]:
        envelope = self._envelopes[phone.platform, phone.account]
        timestamp, nonce = str(int(self._desk.now().timestamp())), str(secrets.randbelow(10**9))
        ciphertext = envelope.encrypt(xml)
        query = {
            "timestamp": timestamp,
            "nonce": nonce,
            "msg_signature": envelope.sign(timestamp, nonce, ciphertext),
        }
        outer: dict[str, str | int] = {"Encrypt": ciphertext}
        if isinstance(account, WeComAccount):
            outer = {"ToUserName": account.corp_id, "AgentID": account.agent_id, **outer}
        else:
            outer = {"ToUserName": f"gh_{account.name}", **outer}
            query |= {
                "signature": signature(account.token, timestamp, nonce),
                "encrypt_type": "aes",
                "openid": phone.user,
            }
        return query, to_xml(outer).encode()

    def _show_answer(self, phone: Phone, account: Account, answer: tuple[int, str]) -> None:
        status, body = answer
        if status == OK and body in ("", "success"):
            return
        if phone.platform == "wechat" and not following(self._desk.history.of(phone.id)):
            return  # who has left sees no answer
        try:
            if status != OK:
                raise BadEnvelope(f"status {status}")
            self._show_reply(phone, self._envelopes[phone.platform, phone.account].open_reply(body))
        except BadEnvelope:
            words = APOLOGY if phone.platform == "wechat" else "服务的答复无法识别"
            self._desk.show(phone, "note", "trouble", text=words)

    def _show_reply(self, phone: Phone, reply: dict[str, object]) -> None:
        if reply.get("FromUserName") in (None, "") or reply.get("ToUserName") != phone.user:
            raise BadEnvelope("the reply is for somebody else")
        kind, image = reply.get("MsgType"), reply.get("Image")
        if kind == "text" and isinstance(reply.get("Content"), str):
            self._desk.show_words(phone, str(reply["Content"]), push=False)
        elif kind == "image" and isinstance(image, dict):
            self._desk.show(phone, "bot", "image", media=str(image.get("MediaId")), push=False)
        else:
            raise BadEnvelope("the reply is of no kind that can be shown")

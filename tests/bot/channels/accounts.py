"""The accounts under test, and the platform's side of their callbacks: signing and sealing by wechatpy."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import xmltodict
from wechatpy.crypto import WeChatCrypto

from bot.channels.wechat import WeChat, WeChatAccount
from bot.channels.wecom import WeCom, WeComAccount
from bot.tokens import ProcessTokens, TokenStore
from dialogs.engine.messages import Reply

NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
TOKEN = "callback-token"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wxb11529c136998cb6"
CORP_ID = "wx5823bf96d3bd56c7"
AGENT = 1000002
SECRET = "app-secret-0123456789"
NONCE = "8675309"
NOWHERE = "http://127.0.0.1:9"


class StoppedClock:
    """A clock that goes when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's own signature


Query = dict[str, str]


@dataclass(frozen=True)
class Side:
    """The platform's side of one account: what it sends, and how it reads what it gets back."""

    kind: str
    path: str
    receiver: str
    key: str | None = KEY

    @property
    def crypto(self) -> Any:
        return WeChatCrypto(TOKEN, self.key, self.receiver)

    def xml(self, fields: Mapping[str, str], clock: StoppedClock, *, age: float = 0) -> str:
        """A message of Aunt Li's with these fields, `age` seconds old."""
        created = str(int(clock().timestamp() - age))
        usual = {"ToUserName": self.receiver, "FromUserName": "li", "CreateTime": created}
        parts = [f"<{name}>{value}</{name}>" for name, value in {**usual, **fields}.items()]
        return f"<xml>{''.join(parts)}</xml>"

    def callback(self, xml: str, clock: StoppedClock) -> tuple[Query, bytes]:
        """The query and body with which it is delivered."""
        stamp = str(int(clock().timestamp()))
        query = {"timestamp": stamp, "nonce": NONCE}
        if self.kind == "wechat":
            query["signature"] = sha1(TOKEN, stamp, NONCE)
            query["openid"] = "li"
        if self.key is None:
            return query, xml.encode()
        sealed = self.crypto.encrypt_message(xml, NONCE, stamp)
        query["msg_signature"] = xmltodict.parse(sealed)["xml"]["MsgSignature"]
        if self.kind == "wechat":
            query["encrypt_type"] = "aes"
        return query, sealed.encode()

    def handshake(self, clock: StoppedClock, echo: str = "1616140317555161061") -> Query:
        """The query that asks whether the address is ours."""
        stamp = str(int(clock().timestamp()))
        if self.kind == "wechat":
            return {"signature": sha1(TOKEN, stamp, NONCE), "timestamp": stamp, "nonce": NONCE, "echostr": echo}
        sealed = xmltodict.parse(self.crypto.encrypt_message(echo, NONCE, stamp))["xml"]
        signature, encrypted = sealed["MsgSignature"], sealed["Encrypt"]
        return {"msg_signature": signature, "timestamp": stamp, "nonce": NONCE, "echostr": encrypted}

    def read(self, answer: bytes) -> Mapping[str, Any]:
        """What an answer says, once its signature was checked."""
        if self.key is not None:
            outer = xmltodict.parse(answer)["xml"]
            answer = self.crypto.decrypt_message(answer, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
        fields: Mapping[str, Any] = xmltodict.parse(answer)["xml"]
        return fields

    def channel(self, clock: StoppedClock, base: str = NOWHERE, tokens: TokenStore | None = None) -> WeChat | WeCom:
        """Our side of the account."""
        tokens = tokens or ProcessTokens(clock)
        if self.kind == "wecom":
            return WeCom(WeComAccount("main", CORP_ID, AGENT, SECRET, TOKEN, KEY, base), clock, tokens)
        return WeChat(WeChatAccount("main", APP_ID, SECRET, TOKEN, self.key, base), clock, tokens)


SEALED = Side("wechat", "/wechat/main", APP_ID)
PLAIN = Side("wechat", "/wechat/main", APP_ID, key=None)
WECOM = Side("wecom", "/wecom/main", CORP_ID)
SIDES = {"wechat sealed": SEALED, "wechat plain": PLAIN, "wecom": WECOM}
HELLO = {"MsgType": "text", "Content": "路灯不亮", "MsgId": "22929000000000001"}
ANSWER = Reply("已收到。")

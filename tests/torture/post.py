"""Callbacks as the platforms make them: sealed, up to three deliveries at 0, 5 and 10 s, through a balancer."""

import asyncio
import itertools
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, TCPConnector

from bot.callback import NOT_KEPT, dedupe_key
from config.settings import Settings
from emulator.envelope import Envelope, signature, to_xml
from gridbell.demo import HOST
from gridbell.demo_accounts import ACCOUNT

DELIVERIES = 3
DEADLINE = 5.0
"""Seconds that a callback may take, and between two deliveries."""
FAILED = 10.0
"""Seconds that the balancer leaves a node alone that did not answer in time."""
REFUSED = 0.5
"""Seconds that it leaves one alone that takes no connection."""
OK = 200


class Address(Protocol):
    """A node, as the balancer sees it."""

    @property
    def port(self) -> int:
        """Where it listens."""
        ...


@dataclass
class Balancer:
    """Hands each request to the next node that is not known to be away; a refused connection goes to another node, but
    nothing that a node may have got (as nginx does with POST)."""

    nodes: Sequence[Address]
    session: ClientSession
    refused: int = 0
    _turn: "itertools.cycle[int]" = field(init=False)
    _away: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turn = itertools.cycle(range(len(self.nodes)))

    async def post(self, path: str, query: Mapping[str, str], body: bytes, seconds: float) -> tuple[int, str] | None:
        """Status and body; None when nobody answered within that many seconds."""
        for place in self._order():
            address = f"http://{HOST}:{self.nodes[place].port}{path}"
            timeout = ClientTimeout(total=seconds)
            try:
                async with self.session.post(address, params=query, data=body, timeout=timeout) as answer:
                    return answer.status, await answer.text()
            except ClientConnectorError:
                self.refused += 1
                self._away[place] = time.monotonic() + REFUSED
            except TimeoutError:
                self._away[place] = time.monotonic() + FAILED
                return None
            except (ClientError, OSError):
                return None
        return None

    def _order(self) -> list[int]:
        """Those not known to be away first, from the next one on; the others after them rather than nobody."""
        first, many, now = next(self._turn), len(self.nodes), time.monotonic()
        order = [(first + step) % many for step in range(many)]
        return sorted(order, key=lambda place: self._away.get(place, 0.0) > now)


def balancing_session() -> ClientSession:
    """A session that keeps no connection open, so that a killed node is seen as one that refuses."""
    return ClientSession(connector=TCPConnector(force_close=True, limit=0))


@dataclass
class Told:
    """A message and what became of it: `kept` if a node said so; `reply` is empty where nothing was said at once."""

    key: str
    user: str
    kept: bool = False
    reply: str = ""
    replies: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    """Of each delivery that was answered."""
    last_words: str = ""
    """What the last answer said, 系统繁忙 too."""


@dataclass
class Post:
    """Delivers messages of people, and keeps a list of all of them."""

    settings: Settings
    balancer: Balancer
    chance: random.Random
    told: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(10**9)
        wechat, wecom = self.settings.wechat[ACCOUNT], self.settings.wecom[ACCOUNT]
        assert wechat.encoding_aes_key is not None
        keys = wechat.encoding_aes_key.get_secret_value(), wecom.encoding_aes_key.get_secret_value()
        self._tokens = {"wechat": wechat.token.get_secret_value(), "wecom": wecom.token.get_secret_value()}
        self._receivers = {"wechat": wechat.app_id, "wecom": wecom.corp_id}
        self._envelopes = {
            name: Envelope(self._tokens[name], key, self._receivers[name])
            for name, key in zip(("wechat", "wecom"), keys, strict=True)
        }

    async def deliver(self, platform: str, user: str, fields: Mapping[str, str], copies: int = 1) -> Told:
        """Bring it as often as the platform does, `copies` of each delivery at once, until it is answered."""
        message, told = self._message(platform, user, fields)
        self.told.append(told)
        for delivery in range(DELIVERIES):
            started = time.monotonic()
            answers = await asyncio.gather(*[self._once(platform, user, message) for _ in range(copies)])
            if self._understand(platform, told, answers) or delivery == DELIVERIES - 1:
                break
            await asyncio.sleep(max(0.0, started + DEADLINE - time.monotonic()))
        if told.kept and self.chance.random() < 0.1:  # the answer was lost on the way: it comes once more
            self._understand(platform, told, [await self._once(platform, user, message)])
        return told

    def _message(self, platform: str, user: str, fields: Mapping[str, str]) -> tuple[str, Told]:
        now, number = int(time.time()), next(self._numbers)
        to = self._receivers["wecom"] if platform == "wecom" else f"gh_{ACCOUNT}"
        whole = {"ToUserName": to, "FromUserName": user, "CreateTime": str(now), **fields, "MsgId": str(number)}
        account = self._receivers["wechat"]
        if platform == "wecom":
            agent = str(self.settings.wecom[ACCOUNT].agent_id)
            whole["AgentID"] = agent
            account = f"{self._receivers['wecom']}/{agent}"
        return to_xml(dict(whole)), Told(dedupe_key(account, whole), user)

    async def _once(self, platform: str, user: str, message: str) -> tuple[int, str] | None:
        envelope, token = self._envelopes[platform], self._tokens[platform]
        timestamp, nonce = str(int(time.time())), str(self.chance.randrange(10**9))
        ciphertext = envelope.encrypt(message)
        query = {
            "timestamp": timestamp,
            "nonce": nonce,
            "msg_signature": envelope.sign(timestamp, nonce, ciphertext),
        }
        if platform == "wechat":
            query |= {"signature": signature(token, timestamp, nonce), "encrypt_type": "aes", "openid": user}
        outer = to_xml({"ToUserName": self._receivers[platform], "Encrypt": ciphertext}).encode()
        return await self.balancer.post(f"/{platform}/{ACCOUNT}", query, outer, DEADLINE)

    def _understand(self, platform: str, told: Told, answers: Sequence[tuple[int, str] | None]) -> bool:
        """Whether one of these answers ends the deliveries. Only 200 with other words than 系统繁忙 acknowledges."""
        ended = False
        for answer in answers:
            if answer is not None:
                told.statuses.append(answer[0])
            if answer is None or answer[0] != OK:
                continue
            ended = True
            words = told.last_words = self._words(platform, answer[1])
            if words == NOT_KEPT:
                continue
            told.kept = True
            if words:
                told.reply = told.reply or words
                told.replies.add(words)
        return ended

    def _words(self, platform: str, body: str) -> str:
        if body in ("", "success"):
            return ""
        return str(self._envelopes[platform].open_reply(body)["Content"])

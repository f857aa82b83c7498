"""Bodies that no platform sends: corrupt, huge, deeply nested, wrongly signed; each with the status it deserves."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.callback import MOST_BODY
from tests.bot.channels.accounts import HELLO, NONCE, TOKEN, Query, Side, StoppedClock, sha1

DEEP = 2000
BAD, FORGED, TOO_BIG = frozenset({400}), frozenset({403}), frozenset({413})
TURNED_AWAY = BAD | FORGED
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@dataclass(frozen=True)
class Bad:
    """One delivery, and the statuses that are right for it."""

    kind: str
    query: Query
    body: bytes
    deserves: frozenset[int]

    def request(self, path: str) -> bytes:
        """As bytes on the wire."""
        head = f"POST {path}?{urlencode(self.query)} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(self.body)}\r\n\r\n"
        return head.encode() + self.body


class Forger:
    """Makes bad deliveries for one account, forever, the same ones for the same seed."""

    def __init__(self, side: Side, seed: int, clock: StoppedClock | None = None) -> None:
        self.side, self.chance, self.clock = side, random.Random(seed), clock or StoppedClock()
        self.good = self._signed(side.xml(HELLO, self.clock))

    def __iter__(self) -> Iterator[Bad]:
        makers = [self._big, self._deep, self._wide, self._entities]
        makers += [self._noise, self._nobody, self._unsigned, self._old]
        if self.side.key is not None:
            makers += [self._flipped, self._cut_off, self._half_sealed]
        while True:
            yield self.chance.choice(makers)()

    def _signed(self, xml: str) -> tuple[Query, bytes]:
        return self.side.callback(xml, self.clock)

    def _genuine(self, kind: str, xml: str) -> Bad:
        """Signed, and sealed where there is a key, by somebody who has both."""
        return Bad(kind, *self._signed(xml), BAD)

    def _big(self) -> Bad:
        size = MOST_BODY + 1 + self.chance.randrange(MOST_BODY)
        return Bad("big", self.good[0], b"<xml>" + b"x" * size, TOO_BIG)

    def _deep(self) -> Bad:
        depth = self.chance.randrange(7, DEEP)
        xml = f"<xml>{'<a>' * depth}{'</a>' * depth}</xml>"
        if self.chance.random() < 0.5:
            return self._genuine("deep inside", xml)
        return Bad("deep", self.good[0], xml.encode(), BAD)

    def _wide(self) -> Bad:
        return self._genuine("wide", f"<xml>{''.join(f'<a{n}/>' for n in range(300))}</xml>")

    def _entities(self) -> Bad:
        return self._genuine("entities", f"{ENTITIES}<xml><Content>&b;</Content></xml>")

    def _noise(self) -> Bad:
        return Bad("noise", self.good[0], self.chance.randbytes(self.chance.randrange(2000)), BAD)

    def _nobody(self) -> Bad:
        return self._genuine("nobody", f"<xml><Content>{'x' * self.chance.randrange(1000)}</Content></xml>")

    def _unsigned(self) -> Bad:
        forged = f"{self.chance.getrandbits(160):040x}"
        names = [name for name in ("signature", "msg_signature") if name in self.good[0]]
        return Bad("unsigned", {**self.good[0], self.chance.choice(names): forged}, self.good[1], FORGED)

    def _old(self) -> Bad:
        return Bad("old", {**self.good[0], "timestamp": str(self.chance.randrange(10**9))}, self.good[1], FORGED)

    def _flipped(self) -> Bad:
        """Some bytes are others. Only what is signed counts, so it must be one of the sealed text's."""
        body = bytearray(self.good[1])
        first = body.index(b"<Encrypt>") + len("<Encrypt><![CDATA[")
        for _ in range(self.chance.randrange(1, 5)):
            body[self.chance.randrange(first, first + 80)] ^= self.chance.randrange(1, 256)
        return Bad("flipped", self.good[0], bytes(body), TURNED_AWAY) if body != self.good[1] else self._flipped()

    def _cut_off(self) -> Bad:
        return Bad("cut off", self.good[0], self.good[1][: self.chance.randrange(len(self.good[1]) - 10)], TURNED_AWAY)

    def _half_sealed(self) -> Bad:
        """Signed well, but what is inside was never sealed with the key."""
        query, text = dict(self.good[0]), self.chance.randbytes(96).hex()
        query["msg_signature"] = sha1(TOKEN, query["timestamp"], NONCE, text)
        return Bad("half sealed", query, f"<xml><Encrypt>{text}</Encrypt></xml>".encode(), FORGED)


class Line:
    """A connection that is kept alive, and renewed when the server hangs up."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The answer's status and body."""
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._ends
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        if b"connection: close" in head:
            self.close()
        return int(head.split(None, 2)[1]), body

    def close(self) -> None:
        """Hang up."""
        if self._ends is not None:
            self._ends[1].close()
            self._ends = None

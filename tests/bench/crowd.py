"""Many people at once on few connections: requests made beforehand, sent as fast as answers come or at a pace."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import cast

LINES = 64
"""Connections, as a platform keeps them open."""
HEAD_ENDS = b"\r\n\r\n"
LENGTH = b"Content-Length: "
HEAD_START = 0.1
"""Seconds until the first of those sent at a pace is due: by then all lines are open."""


@dataclass
class Talk:
    """What came of it: answers in the order of each person's requests, and how long each took, in seconds."""

    seconds: float
    answers: Sequence[Sequence[bytes]]
    latencies: Sequence[float] = field(repr=False)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the answers came."""
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))] * 1000


@dataclass
class _Errand:
    """One request, whose it is, and when it is due (None: as soon as the line is free)."""

    request: bytes
    answers: list[bytes]
    due: float | None = None


class _Line(asyncio.Protocol):
    """One connection: sends the next request when the last was answered, not before it is due."""

    def __init__(self, errands: Sequence[_Errand], done: "asyncio.Future[None]") -> None:
        self._errands = iter(errands)
        self._done = done
        self._got = bytearray()
        self._since = 0.0
        self.latencies: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def begin(self) -> None:
        """Send the first one."""
        errand = next(self._errands, None)
        if errand is None:
            self._done.set_result(None)
            return
        self._errand = errand
        wait = 0.0 if errand.due is None else errand.due - perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._send)
        else:
            self._send()

    def _send(self) -> None:
        self._since = perf_counter() if self._errand.due is None else self._errand.due
        self._transport.write(self._errand.request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head = self._got.find(HEAD_ENDS)
        if head < 0:
            return
        at = self._got.index(LENGTH) + len(LENGTH)
        length = int(self._got[at : self._got.index(b"\r\n", at)])
        if len(self._got) < head + len(HEAD_ENDS) + length:
            return
        self.latencies.append(perf_counter() - self._since)
        self._errand.answers.append(bytes(self._got))
        self._got.clear()
        self.begin()

    def connection_lost(self, fault: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(ConnectionError("the bot hung up"))

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


def _give_instants(shares: Sequence[Sequence[_Errand]], rate: float) -> None:
    """Spread what is to be said evenly over the lines and the time."""
    began = perf_counter() + HEAD_START
    for number, one in enumerate(shares):
        for place, errand in enumerate(one):
            errand.due = began + (place * len(shares) + number) / rate


def _itself(line: _Line) -> _Line:
    return line


async def speak(port: int, people: Sequence[Sequence[bytes]], *, lines: int = LINES, rate: float | None = None) -> Talk:
    """As many people as there are lines say all they have to say, each line after each answer; then the next ones do.

    `rate` is how many a second they send together. Of those sent at a pace the time counts from the instant at which
    they were due, whether the line was free or not.
    """
    answers: list[list[bytes]] = [[] for _ in people]
    shares: list[list[_Errand]] = [[] for _ in range(min(lines, len(people)))]
    for person, requests in enumerate(people):
        shares[person % len(shares)] += [_Errand(request, answers[person]) for request in requests]
    if rate is not None:
        _give_instants(shares, rate)
    loop = asyncio.get_running_loop()
    waits = [loop.create_future() for _ in shares]
    open_lines = [_Line(share, wait) for share, wait in zip(shares, waits, strict=True)]
    for line in open_lines:
        await loop.create_connection(partial(_itself, line), "127.0.0.1", port)
    began = perf_counter()
    for line in open_lines:
        line.begin()
    await asyncio.gather(*waits)
    seconds = perf_counter() - began
    for line in open_lines:
        line.close()
    return Talk(seconds, answers, [one for line in open_lines for one in line.latencies])

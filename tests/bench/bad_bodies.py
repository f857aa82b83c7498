"""What bad bodies cost those who send good ones: good turns a second, alone and with as many bad deliveries among them.

One server process over PostgreSQL with fsync, one crowd; the crowd first says good
things only, then sends a bad body (big ones, deep ones, forged ones …) for each good one, in turn. What is kept of the
throughput follows from the server's CPU time for a good turn with and without the bad one beside it: on one busy core
that is the ratio of the turns a second.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from time import perf_counter

import uvloop

from bot.channels.wechat import WeChat, WeChatAccount
from bot.intake import Intake
from bot.tokens import ProcessTokens
from bot.web import application, opened
from tests.bench.found import Found
from tests.bench.ground import Ground
from tests.bot.channels.accounts import APP_ID, KEY, NOWHERE, SEALED, SECRET, TOKEN, StoppedClock
from tests.conftest import migrate
from tests.kit.town import open_town
from tests.survival.bad_bodies import Bad, Forger, Line

CROWD = 32
TURNS = 1500
"""Good turns in each half of a run."""
WORDS = ("上报", "村口的路灯坏了三天", "返回", "村口的路灯又坏了")
SHARES = (1, 5)
"""Bad bodies for each good turn are one in so many."""
TICKS = os.sysconf("SC_CLK_TCK")
HTTP_OK = 200


def now() -> datetime:
    """By this machine."""
    return datetime.now(UTC)


async def serve(url: str, folder: Path) -> None:
    """A node's front door with WeChat; prints its port, and serves until it is killed."""
    async with open_town(url, folder) as town:
        channel = WeChat(WeChatAccount("main", APP_ID, SECRET, TOKEN, KEY, NOWHERE), now, ProcessTokens(now))
        intake = Intake(town.store, town.reception, on_fault=_fault)
        async with opened(application([channel], intake.hear, _ready), "127.0.0.1", 0) as port:
            sys.stdout.write(f"{port}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


async def _fault(key: str, kind: str) -> None:
    raise RuntimeError(f"{key}: {kind}")


async def _ready() -> Mapping[str, str]:
    return {}


@asynccontextmanager
async def server(url: str, folder: Path) -> AsyncIterator[tuple[int, int]]:
    """A process that serves; its id and port."""
    program = (sys.executable, "-m", "tests.bench.bad_bodies", url, str(folder))
    process = await asyncio.create_subprocess_exec(
        *program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        yield process.pid, int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


def cpu(process: int) -> float:
    """Seconds of CPU that it has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Crowd:
    """People who say good things one after another, each on a line of their own, and somebody who doesn't."""

    def __init__(self, process: int, port: int) -> None:
        self._process, self._port = process, port
        self._clock = StoppedClock(now())
        self._numbers = count(1)
        self._bad = Forger(SEALED, 1, self._clock)

    async def talk(self, bad_in: int) -> tuple[float, float]:
        """Good turns a second, and the server's CPU seconds for each; a bad body for `bad_in` good ones, 0 for none."""
        good = [self._good(turn) for turn in range(TURNS)]
        bad = [each.request(SEALED.path) for each in islice(self._bad, TURNS // bad_in if bad_in else 0)]
        began, before = perf_counter(), cpu(self._process)
        turns, forgeries = iter(good), iter(bad)
        await asyncio.gather(*(self._one(turns, forgeries, bad_in) for _ in range(CROWD)))
        return TURNS / (perf_counter() - began), (cpu(self._process) - before) / TURNS

    async def _one(self, turns: Iterator[bytes], forgeries: Iterator[bytes], bad_in: int) -> None:
        line, shady = Line(self._port), Line(self._port)
        for number, request in enumerate(turns):
            if bad_in and number % bad_in == 0 and (forgery := next(forgeries, None)):
                (status, _), (refused, _) = await asyncio.gather(line.ask(request), shady.ask(forgery))
                assert refused != HTTP_OK
            else:
                status, _ = await line.ask(request)
            assert status == HTTP_OK
        line.close()
        shady.close()

    def _good(self, turn: int) -> bytes:
        """A message of one of many people's; each of theirs comes after the one before was answered."""
        number = next(self._numbers)
        fields = {"MsgType": "text", "Content": WORDS[number // TURNS % len(WORDS)], "MsgId": str(10**16 + number)}
        xml = SEALED.xml({**fields, "FromUserName": f"citizen{turn}"}, self._clock)
        query, body = SEALED.callback(xml, self._clock)
        return Bad("good", query, body, frozenset()).request(SEALED.path)


async def _once(url: str, folder: Path) -> Found:
    """Each half warmed up, then measured in turn."""
    found = Found()
    async with server(url, folder) as (process, port):
        crowd = Crowd(process, port)
        await crowd.talk(1)
        for bad_in in SHARES:
            alone, cost = await crowd.talk(0)
            among, dearer = await crowd.talk(bad_in)
            name = f"good turns among bad bodies, 1:{bad_in}"
            measures = {
                f"{name}: CPU of a bad body": (1e6 * (dearer - cost) * bad_in, "µs"),
                f"{name}: throughput kept": (100 * cost / dearer, "%"),
            }
            found += Found({name: (among, alone)}, measures)
    return found


def figures(ground: Ground) -> Found:
    """One run over PostgreSQL."""
    url = ground.stores()["PostgreSQL"]
    uvloop.run(migrate(url))
    return uvloop.run(_once(url, ground.folder))


def main() -> None:
    """The server."""
    uvloop.run(serve(sys.argv[1], Path(sys.argv[2])))


if __name__ == "__main__":
    main()

"""Two nodes on one PostgreSQL, and a Redis that forgets, dies or never was: slower perhaps, but nothing is lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis

from bot.shared_redis import REST
from gridbell.sharing import sharing
from tests.bot.corp import SEND, Corp, at_work, corp, words
from tests.kit.servers import ValkeyServer

OFFICERS = ["wang", "li", "zhao"]
EACH, LIMIT = 45, 30
ALL = Counter({f"{name}{number}": 1 for name in OFFICERS for number in range(EACH)})
NOWHERE = "redis://127.0.0.1:9/0"
AGAIN = timedelta(seconds=71)
"""After which what came too fast is tried again."""


@asynccontextmanager
async def two_nodes(url: str, redis_url: str, folder: Path) -> AsyncIterator[Corp]:
    async with corp(url, folder, OFFICERS) as place, AsyncExitStack() as stack:
        for _ in range(2):
            place.open_node(await stack.enter_async_context(sharing(redis_url, place.clock.now)))
        await place.put([words(f"{name}{number}", at_work(name)) for number in range(EACH) for name in OFFICERS])
        yield place


async def both_send(place: Corp) -> None:
    """Both at once, until neither finds anything more."""
    while sum(await asyncio.gather(*(node.run_once() for node in place.nodes))):
        pass


def most(place: Corp) -> int:
    """To whom most went: how many."""
    return max(Counter(key.rstrip("0123456789") for key in place.shown("wecom").elements()).values())


async def test_two_nodes_keep_one_limit_and_a_flush_lets_one_burst_more_through(
    postgres_url: str, valkey_url: str, tmp_path: Path
) -> None:
    redis: Redis = Redis.from_url(valkey_url)
    async with two_nodes(postgres_url, valkey_url, tmp_path) as place:
        await both_send(place)
        assert place.shown("wecom").total() == LIMIT * len(OFFICERS)
        assert most(place) == LIMIT, "both together send no more than one may"
        await redis.flushall()
        place.clock.instant += AGAIN
        await both_send(place)
        assert place.shown("wecom") == ALL
        assert place.emulator.faults.calls.count("/cgi-bin/gettoken") == 2, "one for both, and one after the flush"
    await redis.aclose()


async def test_a_redis_flushed_all_the_time_loses_nothing_and_sends_nothing_twice(
    postgres_url: str, valkey_url: str, tmp_path: Path
) -> None:
    redis: Redis = Redis.from_url(valkey_url)
    async with two_nodes(postgres_url, valkey_url, tmp_path) as place:
        sending = asyncio.create_task(both_send(place))
        flushes = 0
        while not sending.done():
            await redis.flushall()
            flushes += 1
            await asyncio.wait([sending], timeout=0.2)
        await sending
        assert most(place) <= LIMIT * (1 + flushes)
        for _ in range(3):
            await redis.flushall()
            place.clock.instant += AGAIN
            await both_send(place)
        assert place.shown("wecom") == ALL
        assert place.emulator.faults.calls.count(SEND) == ALL.total(), "no call twice"
    await redis.aclose()


async def test_a_redis_killed_under_load_and_back_empty_loses_nothing(postgres_url: str, tmp_path: Path) -> None:
    server = ValkeyServer()
    async with two_nodes(postgres_url, server.url, tmp_path) as place:
        sending = asyncio.create_task(both_send(place))
        while place.shown("wecom").total() < LIMIT:
            await asyncio.wait([sending], timeout=0.02)
        server.process.kill()
        server.process.wait()
        await sending
        assert most(place) <= 2 * LIMIT
        server = ValkeyServer(server.port)
        place.clock.instant += max(REST, AGAIN)
        await both_send(place)
        for _ in range(3):
            place.clock.instant += AGAIN
            await both_send(place)
        assert place.shown("wecom") == ALL
        assert place.emulator.faults.calls.count(SEND) == ALL.total()
        server.close()


async def test_without_redis_from_the_start_each_node_keeps_to_its_half(postgres_url: str, tmp_path: Path) -> None:
    async with two_nodes(postgres_url, NOWHERE, tmp_path) as place:
        await both_send(place)
        assert most(place) <= LIMIT
        for _ in range(5):
            place.clock.instant += AGAIN
            await both_send(place)
        assert place.shown("wecom") == ALL
        assert place.emulator.faults.calls.count(SEND) == ALL.total()


async def test_two_nodes_keep_each_receivers_order(postgres_url: str, valkey_url: str, tmp_path: Path) -> None:
    async with two_nodes(postgres_url, valkey_url, tmp_path) as place:
        await both_send(place)
        came = list(place.shown_at())
        for name in OFFICERS:
            assert [key for key in came if key.startswith(name)] == [f"{name}{number}" for number in range(LIMIT)]

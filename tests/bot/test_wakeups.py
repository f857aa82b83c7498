"""Nodes wake each other at once; when Redis goes and comes back, they go on as if nothing had been."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from bot.wakeups_redis import CHANNEL, LEAST_NODES, RedisWakeups
from tests.kit.servers import ValkeyServer

TOPICS = ("delivery", "county")
SOON = 60.0


class Sleeper:
    """One node: its own connections, and the topics that woke it."""

    def __init__(self, url: str) -> None:
        self.redis: Redis = Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=2.0)
        self.wakeups = RedisWakeups(self.redis)
        self.heard: asyncio.Queue[str] = asyncio.Queue()

    async def hears(self, *topics: str) -> None:
        """Fails unless these come, in this order."""
        async with asyncio.timeout(SOON):
            assert [await self.heard.get() for _ in topics] == list(topics)


@asynccontextmanager
async def sleeper(url: str) -> AsyncIterator[Sleeper]:
    """A node that listens."""
    node = Sleeper(url)
    listening = asyncio.create_task(node.wakeups.listen(TOPICS, node.heard.put_nowait))
    try:
        yield node
    finally:
        listening.cancel()
        await asyncio.wait([listening])
        await node.redis.aclose()


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    """A Valkey that may be killed."""
    server = ValkeyServer()
    yield server
    server.close()


async def test_what_one_node_says_wakes_all_and_who_just_came_looks_at_everything(valkey_url: str) -> None:
    async with sleeper(valkey_url) as one, sleeper(valkey_url) as other:
        await one.hears(*TOPICS)
        await other.hears(*TOPICS)
        one.wakeups.say("county")
        await one.hears("county")
        await other.hears("county")


async def test_the_same_is_not_said_a_hundred_times_in_a_moment(valkey_url: str) -> None:
    async with sleeper(valkey_url) as one:
        await one.hears(*TOPICS)
        for _ in range(100):
            one.wakeups.say("delivery")
        one.wakeups.say("county")
        await one.hears("delivery", "county")


async def test_what_is_no_topic_wakes_nobody(valkey_url: str) -> None:
    async with sleeper(valkey_url) as one:
        await one.hears(*TOPICS)
        for said in (b"\xff", b"housekeeping", b"", b"county"):
            await one.redis.publish(CHANNEL, said)
        await one.hears("county")


async def test_a_redis_that_was_killed_and_came_back_is_listened_to_again(server: ValkeyServer) -> None:
    async with sleeper(server.url) as one, sleeper(server.url) as other:
        await one.hears(*TOPICS)
        await other.hears(*TOPICS)
        server.close()
        one.wakeups.say("delivery")
        back = ValkeyServer(server.port)
        await other.hears(*TOPICS)
        await one.hears(*TOPICS)
        one.wakeups.say("delivery")
        await other.hears("delivery")
        back.close()


async def test_a_redis_absent_from_the_start_is_found_when_it_comes(server: ValkeyServer) -> None:
    server.close()
    async with sleeper(server.url) as one:
        one.wakeups.say("delivery")
        back = ValkeyServer(server.port)
        await one.hears(*TOPICS)
        back.close()


async def test_the_most_nodes_ever_seen_are_counted_and_never_fewer_than_two(valkey_url: str) -> None:
    assert RedisWakeups(Redis.from_url(valkey_url)).nodes == LEAST_NODES
    async with sleeper(valkey_url) as one, sleeper(valkey_url) as other, sleeper(valkey_url) as third:
        for node in (one, other, third):
            await node.hears(*TOPICS)
        async with sleeper(valkey_url) as fourth:
            await fourth.hears(*TOPICS)
            fourth.wakeups.say("county")
            await fourth.hears("county")
            assert fourth.wakeups.nodes == 4

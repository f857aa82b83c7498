"""A Redis that does not answer is waited for a moment only: nothing needs it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import TimeoutError as NoAnswer

from gridbell.redis_sharing import REDIS_SECONDS, redis_at

SOON = 10.0
A_MOMENT = 0.05


@pytest.fixture
async def mute_url() -> AsyncIterator[str]:
    """The URL of a Redis that takes connections and says nothing."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    server.close()
    await server.wait_closed()


async def test_a_redis_that_says_nothing_is_not_waited_for(mute_url: str) -> None:
    redis = redis_at(mute_url, A_MOMENT)
    async with asyncio.timeout(SOON):
        with pytest.raises(NoAnswer):
            await redis.get("token")
    await redis.aclose()


async def test_neither_connecting_nor_asking_may_take_as_long_as_a_platform_waits(mute_url: str) -> None:
    redis = redis_at(mute_url)
    limits = redis.connection_pool.connection_kwargs
    assert limits["socket_connect_timeout"] == limits["socket_timeout"] == REDIS_SECONDS <= 2
    await redis.aclose()

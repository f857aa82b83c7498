"""The Redis that the settings name: what lies in it, and whether it is there. Loaded by `gridbell.sharing`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.pace_redis import RedisPace
from bot.shared_redis import SharedRedis
from bot.tokens_redis import RedisTokens
from bot.uploads_redis import RedisUploads
from bot.wakeups_redis import CHANNEL, RedisWakeups
from gridbell.sharing import Clock, Sharing

REDIS_SECONDS = 2.0
"""How long Redis may take to connect, and to answer: what it is asked for can be had without it."""


def redis_at(url: str, seconds: float = REDIS_SECONDS) -> Redis:
    """The Redis at that URL, asked for nothing yet; each connection and each answer may take so many `seconds`."""
    redis: Redis = Redis.from_url(url, socket_connect_timeout=seconds, socket_timeout=seconds)
    return redis


@asynccontextmanager
async def shared_at(url: str, clock: Clock) -> AsyncIterator[Sharing]:
    """What nodes share in that Redis; its connections are closed afterwards."""
    redis = redis_at(url)
    try:
        shared, wakeups = SharedRedis(redis, clock), RedisWakeups(redis)
        paces = partial(RedisPace, shared, clock, lambda: wakeups.nodes)
        yield Sharing(RedisTokens(redis, clock), paces, RedisUploads(shared, clock), wakeups)
    finally:
        await redis.aclose()


async def say(url: str, topic: str) -> None:
    """Let all nodes look at once, where Redis is there."""
    redis = redis_at(url)
    try:
        with suppress(RedisError, OSError):
            await redis.publish(CHANNEL, topic)
    finally:
        await redis.aclose()


async def trial(url: str) -> str:
    """What keeps that Redis from being written, in words; empty when nothing does."""
    redis = redis_at(url)
    try:
        await redis.set("gridbell:check", "1", px=1000)
    except (RedisError, OSError) as fault:
        mend = "没有它也能运行，只是慢一些；请检查 [storage] redis_url 和 Redis 服务。"
        return f"用不了（{type(fault).__name__}）。{mend}"
    finally:
        await redis.aclose()
    return ""

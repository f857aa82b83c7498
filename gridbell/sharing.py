"""What nodes share when the settings name a Redis, and what a node keeps for itself when they name none."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from redis.exceptions import RedisError

from bot.pace import Paces, paces_alone
from bot.pace_redis import RedisPace
from bot.shared_redis import SharedRedis
from bot.tokens import ProcessTokens, RedisTokens, TokenStore
from bot.uploads import ProcessUploads, RedisUploads, Uploads
from bot.wakeups import CHANNEL, Wakeups
from gridbell.opening import redis_at

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Tokens, rate limits, uploaded pictures, and wake-ups where there is somebody to wake."""

    tokens: TokenStore
    paces: Paces
    uploads: Uploads
    wakeups: Wakeups | None = None


def alone(clock: Clock) -> Sharing:
    """Everything in this process."""
    return Sharing(ProcessTokens(clock), paces_alone(clock), ProcessUploads(clock))


@asynccontextmanager
async def sharing(redis_url: str | None, clock: Clock) -> AsyncIterator[Sharing]:
    """In Redis when one is named, else in this process."""
    if redis_url is None:
        yield alone(clock)
        return
    redis = redis_at(redis_url)
    try:
        shared, wakeups = SharedRedis(redis, clock), Wakeups(redis)
        paces = partial(RedisPace, shared, clock, lambda: wakeups.nodes)
        yield Sharing(RedisTokens(redis, clock), paces, RedisUploads(shared, clock), wakeups)
    finally:
        await redis.aclose()


async def wake_nodes(redis_url: str | None, topic: str) -> None:
    """From a command: let all nodes look at once. Without Redis they look by themselves within seconds."""
    if redis_url is None:
        return
    redis = redis_at(redis_url)
    try:
        with suppress(RedisError, OSError):
            await redis.publish(CHANNEL, topic)
    finally:
        await redis.aclose()

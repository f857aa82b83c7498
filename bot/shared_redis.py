"""The Redis that all nodes share, or its absence: whatever is asked of it can be had without it, only dearer."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

T = TypeVar("T")
log = logging.getLogger(__name__)

REST = timedelta(seconds=30)
"""For so long a Redis that is away is not asked again: each try may cost its time-out."""
AWAY = "redis is away, each node goes by itself"
LOCK_LIFE = timedelta(seconds=25)
"""Longer than two token calls of 10 s, or an upload, may take."""
LOCK_POLL = 0.05
UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class RedisAway(Exception):
    """Redis does not answer, or did not a moment ago."""


class SharedRedis:
    """Asks Redis while it is there. That it is away is said once in the log, for all that is asked of it."""

    def __init__(self, redis: Redis, clock: Callable[[], datetime], away: str = AWAY) -> None:
        """`away` is what is said in the log."""
        self._redis, self._clock, self._away = redis, clock, away
        self._away_at: datetime | None = None

    async def ask(self, question: Callable[[Redis], Awaitable[T]]) -> T:
        """What Redis answers. Raises RedisAway."""
        now = self._clock()
        if self._away_at is not None and self._away_at <= now < self._away_at + REST:
            raise RedisAway
        try:
            answer = await question(self._redis)
        except (RedisError, OSError) as fault:
            if self._away_at is None:
                log.warning(self._away, extra={"fault": type(fault).__name__})
            self._away_at = self._clock()
            raise RedisAway from None
        self._away_at = None
        return answer

    async def once(
        self, lock: str, kept: Callable[[], Awaitable[str | None]], make: Callable[[str], Awaitable[str]]
    ) -> str:
        """What is `kept`, or what whoever holds the lock of that name makes, by the lock's value; all others wait.

        Raises RedisAway, and what these two raise.
        """
        mine = secrets.token_hex(16)

        async def locked(redis: Redis) -> bool:
            return bool(await redis.set(lock, mine, nx=True, px=LOCK_LIFE))

        while not await self.ask(locked):
            await asyncio.sleep(LOCK_POLL)
            if (found := await kept()) is not None:
                return found
        try:
            found = await kept()
            return await make(mine) if found is None else found
        finally:
            with suppress(RedisAway):  # the lock ends by itself
                await self.ask(lambda redis: redis.eval(UNLOCK, 1, lock, mine))

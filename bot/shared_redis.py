"""The Redis that all nodes share, or its absence: whatever is asked of it can be had without it, only dearer."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

T = TypeVar("T")
log = logging.getLogger(__name__)

REST = timedelta(seconds=30)
"""For so long a Redis that is away is not asked again: each try may cost its time-out."""


class RedisAway(Exception):
    """Redis does not answer, or did not a moment ago."""


class SharedRedis:
    """Asks Redis while it is there. That it is away is said once in the log, for all that is asked of it."""

    def __init__(self, redis: Redis, clock: Callable[[], datetime]) -> None:
        self._redis, self._clock = redis, clock
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
                log.warning("redis is away, each node goes by itself", extra={"fault": type(fault).__name__})
            self._away_at = self._clock()
            raise RedisAway from None
        self._away_at = None
        return answer

"""Wake-ups by Redis, which also tells how many nodes there are."""

import asyncio
import logging
import random
from collections.abc import Collection
from contextlib import suppress

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from bot.backoff import seconds_until_retry
from bot.wakeups import OnTopic

log = logging.getLogger(__name__)

CHANNEL = "gridbell:wake"
LEAST_NODES = 2
"""Whoever shares a Redis is not alone."""
LOOK = 10.0
"""Seconds between two looks at whether the connection lives, and how many nodes listen."""
REPEAT = 0.2
"""Seconds in which the same is not said again."""
STEPS = (0.2, 1.0, 2.0, 5.0, 10.0)


class RedisWakeups:
    """Wake-ups on one channel of Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._said: dict[str, float] = {}
        self._saying: set[asyncio.Task[None]] = set()
        self._nodes = LEAST_NODES

    @property
    def nodes(self) -> int:
        """The most nodes that were ever seen listening at once, at least two."""
        return self._nodes

    def say(self, topic: str) -> None:
        """See Wakeups."""
        now = asyncio.get_running_loop().time()
        if now - self._said.get(topic, -REPEAT) < REPEAT:
            return
        self._said[topic] = now
        task = asyncio.create_task(self._say(topic))
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def _say(self, topic: str) -> None:
        with suppress(RedisError, OSError):
            await self._redis.publish(CHANNEL, topic)

    async def listen(self, topics: Collection[str], on_topic: OnTopic) -> None:
        """See Wakeups."""
        attempts = 0
        while True:
            try:
                async with self._redis.pubsub() as line:
                    await line.subscribe(CHANNEL)
                    attempts = 0
                    for topic in topics:
                        on_topic(topic)
                    await self._hear(line, topics, on_topic)
            except (RedisError, OSError) as fault:
                log.debug("nobody can be woken", extra={"fault": type(fault).__name__})
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # the client may say that its line broke instead
                return
            await asyncio.sleep(seconds_until_retry(attempts, random.random, STEPS[0], STEPS))
            attempts += 1

    async def _hear(self, line: PubSub, topics: Collection[str], on_topic: OnTopic) -> None:
        looked_at = -LOOK
        loop = asyncio.get_running_loop()
        while True:
            if loop.time() - looked_at >= LOOK:
                looked_at = loop.time()
                await self._look(line)
            message = await line.get_message(ignore_subscribe_messages=True, timeout=LOOK)
            if message is not None and message["type"] == "message":
                topic = message["data"].decode("utf-8", "replace")
                if topic in topics:
                    on_topic(topic)

    async def _look(self, line: PubSub) -> None:
        await line.ping()
        [(_, count)] = await self._redis.pubsub_numsub(CHANNEL)
        self._nodes = max(self._nodes, int(count))

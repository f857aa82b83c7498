"""One pace for all nodes, in Redis; while it is away each node goes by its part of the limits."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from redis.asyncio import Redis

from bot.pace import Limit, ProcessPace
from bot.shared_redis import RedisAway, SharedRedis

SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local wait, most_of_all, longest = 0, 0, 0
for limit = 1, #ARGV, 2 do
  local most, time = tonumber(ARGV[limit]), tonumber(ARGV[limit + 1])
  local at = redis.call('LINDEX', KEYS[1], -most)
  if at then
    wait = math.max(wait, math.min(at + time - now, time))
  end
  most_of_all, longest = math.max(most_of_all, most), math.max(longest, time)
end
if wait > 0 then
  return wait
end
redis.call('RPUSH', KEYS[1], now)
redis.call('LTRIM', KEYS[1], -most_of_all, -1)
redis.call('PEXPIRE', KEYS[1], longest)
return 0
"""
"""A list of the instants, by the server's clock, at which something went to that person; the longest ago first."""


def redis_key(name: str, who: str) -> str:
    """Under which name a person's instants lie in Redis: a hash, never who it is."""
    return "gridbell:pace:" + hashlib.sha256(f"{name}\n{who}".encode("utf-8", "replace")).hexdigest()[:32]


class RedisPace:
    """A pace that all nodes keep together.

    After Redis was flushed or came back empty, as many as the limits allow may go once more.
    """

    def __init__(
        self,
        shared: SharedRedis,
        clock: Callable[[], datetime],
        nodes: Callable[[], int],
        name: str,
        *limits: Limit,
    ) -> None:
        """`nodes`: how many nodes there are at most; each goes by its part of the limits while Redis is away."""
        self._shared, self._nodes, self._name = shared, nodes, name
        self._own = ProcessPace(clock, *limits)
        self._limits = [number for most, time in limits for number in (most, int(time.total_seconds() * 1000))]

    async def wait(self, who: str) -> float:
        """See Pace."""
        try:
            wait = await self._shared.ask(lambda redis: self._ask(redis, who))
        except RedisAway:
            return self._own.share(who, self._nodes())
        if not wait:
            self._own.count(who)  # in case Redis goes away
        return wait

    async def _ask(self, redis: Redis, who: str) -> float:
        script = redis.register_script(SCRIPT)
        return float(await script(keys=[redis_key(self._name, who)], args=self._limits)) / 1000

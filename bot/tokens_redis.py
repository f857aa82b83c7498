"""Access tokens in Redis, for many processes."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import partial

from redis.asyncio import Redis

from bot.flights import Flights
from bot.shared_redis import RedisAway, SharedRedis
from bot.tokens import FORCED_PAUSE, MARGIN, RENEWAL_PAUSE, Ask, ProcessTokens, Token

KEEP_IF_LOCKED = """
if redis.call('get', KEYS[2]) == ARGV[1] then
  redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
  redis.call('set', KEYS[3], '1', 'PX', ARGV[4])
  return 1
end
return 0
"""


def redis_key(account: str) -> str:
    """The name under which an account's token lies in Redis: a hash, never a secret."""
    return "gridbell:token:" + hashlib.sha256(account.encode()).hexdigest()[:32]


class RedisTokens:
    """Tokens shared by many processes, under a lock with an end.

    While Redis is away (said once in the log, asked again every 30 s), the last one seen here serves, or a new one.
    """

    def __init__(self, redis: Redis, clock: Callable[[], datetime]) -> None:
        self._shared = SharedRedis(redis, clock, "redis is away, tokens are kept in this process")
        self._own = ProcessTokens(clock)
        self._flights = Flights()

    async def may_force(self, account: str) -> bool:
        """See TokenStore. While Redis is away each process may by itself."""
        name = f"{redis_key(account)}:forced"
        try:
            first = await self._shared.ask(lambda redis: redis.set(name, "1", nx=True, px=int(FORCED_PAUSE * 1000)))
        except RedisAway:
            return await self._own.may_force(account)
        if first:
            await self._own.may_force(account)  # remembered here too, in case Redis goes away
        return bool(first)

    async def get(self, account: str, ask: Ask, failing: str | None = None) -> str:
        """See TokenStore."""
        try:
            token = await self._kept(account, failing)
            return token or await self._flights.share(account, lambda: self._renew(account, ask, failing))
        except RedisAway:
            return await self._own.get(account, ask, failing)

    async def _kept(self, account: str, failing: str | None) -> str | None:
        """What lies in Redis, remembered here too; None if there is nothing better than `failing`."""
        raw, life, renewed = await self._shared.ask(partial(_read, name=redis_key(account)))
        if raw is None:
            return None
        value = raw.decode() if isinstance(raw, bytes) else str(raw)
        if value == failing and not renewed:
            return None
        self._own.keep(account, Token(value, max(life, 0) / 1000 + MARGIN))
        return value

    async def _renew(self, account: str, ask: Ask, failing: str | None) -> str:
        """Ask under the lock, or take what another process was given meanwhile."""
        name = redis_key(account)

        async def asked(mine: str) -> str:
            token = await ask(failing)
            self._own.keep(account, token)  # before anything can go wrong with Redis
            keys = name, f"{name}:lock", f"{name}:renewed"
            times = str(int(token.kept_for * 1000)), str(int(RENEWAL_PAUSE * 1000))
            await self._shared.ask(lambda redis: redis.eval(KEEP_IF_LOCKED, 3, *keys, mine, token.value, *times))
            return token.value

        return await self._shared.once(f"{name}:lock", lambda: self._kept(account, failing), asked)


async def _read(redis: Redis, name: str) -> tuple[bytes | str | None, int, int]:
    """The token of that name, its life in milliseconds, and whether it was renewed a moment ago."""
    async with redis.pipeline(transaction=True) as pipe:
        pipe.get(name)
        pipe.pttl(name)
        pipe.exists(f"{name}:renewed")
        raw, life, renewed = await pipe.execute()
    return raw, life, renewed

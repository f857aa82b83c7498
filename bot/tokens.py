"""Where access tokens are kept between calls: in this process, or in Redis for many processes."""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

MARGIN = 120.0  # seconds before the end at which a token is fetched anew; the platforms keep both valid for 300 s
LEAST_LIFE = 30.0
RENEWAL_PAUSE = 30.0  # stable_token's least interval between forced refreshes, in seconds
FORCED_PAUSE = 75 * 60.0  # WeChat forces 20 refreshes a day
LOCK_LIFE = 25.0  # longer than the 10 s that each of two token calls may take
LOCK_POLL = 0.05
REST = 30.0  # seconds for which a Redis that is away is not asked again: each try may cost its time-out
KEEP_IF_LOCKED = """
if redis.call('get', KEYS[2]) == ARGV[1] then
  redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
  redis.call('set', KEYS[3], '1', 'PX', ARGV[4])
  return 1
end
return 0
"""
UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as the platform gave it, with its life in seconds."""

    value: str
    lives_for: float

    @property
    def kept_for(self) -> float:
        """Seconds for which it is worth keeping."""
        return max(self.lives_for - MARGIN, LEAST_LIFE)


Ask = Callable[[str | None], Awaitable[Token]]
"""Ask the platform for a token; the argument is one that it no longer takes, or None."""


class TokenStore(Protocol):
    """Keeps one token an account, asking for a new one once however many need it."""

    async def may_force(self, account: str) -> bool:
        """Whether the platform may be made to give another token now; the answer yes is given once in 75 minutes."""
        ...

    async def get(self, account: str, ask: Ask, failing: str | None = None) -> str:
        """The account's token. With `failing`, a token the platform refused: another one if there is, else asked for
        once; the same one again means that it was renewed less than 30 s ago and asking is of no use.

        Raises what `ask` raises.
        """
        ...


class Flights:
    """Work under way, by account: whoever asks meanwhile gets the same token, or the same fault."""

    def __init__(self) -> None:
        self._flights: dict[str, asyncio.Task[str]] = {}

    async def share(self, account: str, work: Callable[[], Coroutine[None, None, str]]) -> str:
        """What `work` gives, started now unless it is under way. Nobody's leaving stops it for the others."""
        flight = self._flights.get(account)
        if flight is None:
            flight = self._flights[account] = asyncio.get_running_loop().create_task(work())
            flight.add_done_callback(partial(self._landed, account))
        return await asyncio.shield(flight)

    def _landed(self, account: str, flight: asyncio.Task[str]) -> None:
        del self._flights[account]
        if not flight.cancelled():
            flight.exception()  # looked at, so that nobody is told of it if nobody waits any more


class ProcessTokens:
    """Tokens of this process; the clock gives aware instants."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._renewed: dict[str, datetime] = {}
        self._forced: dict[str, datetime] = {}
        self._flights = Flights()

    async def may_force(self, account: str) -> bool:
        """See TokenStore."""
        now, last = self._clock(), self._forced.get(account)
        if last is not None and last <= now < last + timedelta(seconds=FORCED_PAUSE):
            return False
        self._forced[account] = now
        return True

    def keep(self, account: str, token: Token) -> None:
        """Remember a token."""
        self._tokens[account] = token.value, self._clock() + timedelta(seconds=token.kept_for)

    def _usable(self, account: str, failing: str | None) -> str | None:
        value, until = self._tokens.get(account, (None, None))
        now = self._clock()
        if value is None or until is None or until <= now:
            return None
        renewed = self._renewed.get(account)
        fresh = renewed is not None and renewed <= now < renewed + timedelta(seconds=RENEWAL_PAUSE)
        return value if value != failing or fresh else None

    async def _renew(self, account: str, ask: Ask, failing: str | None) -> str:
        token = await ask(failing)
        self.keep(account, token)
        self._renewed[account] = self._clock()
        return token.value

    async def get(self, account: str, ask: Ask, failing: str | None = None) -> str:
        """See TokenStore."""
        if (found := self._usable(account, failing)) is not None:
            return found
        return await self._flights.share(account, lambda: self._renew(account, ask, failing))


def redis_key(account: str) -> str:
    """The name under which an account's token lies in Redis: a hash, never a secret."""
    return "gridbell:token:" + hashlib.sha256(account.encode()).hexdigest()[:32]


class RedisTokens:
    """Tokens shared by many processes, under a lock with an end.

    While Redis is away (said once in the log, asked again every 30 s), the last one seen here serves, or a new one.
    """

    def __init__(self, redis: Redis, clock: Callable[[], datetime]) -> None:
        self._redis = redis
        self._clock = clock
        self._own = ProcessTokens(clock)
        self._flights = Flights()
        self._away_at: datetime | None = None

    async def may_force(self, account: str) -> bool:
        """See TokenStore. While Redis is away each process may by itself."""
        if self._resting():
            return await self._own.may_force(account)
        try:
            first = await self._redis.set(f"{redis_key(account)}:forced", "1", nx=True, px=int(FORCED_PAUSE * 1000))
        except (RedisError, OSError):
            return await self._own.may_force(account)
        if first:
            await self._own.may_force(account)  # remembered here too, in case Redis goes away
        return bool(first)

    async def get(self, account: str, ask: Ask, failing: str | None = None) -> str:
        """See TokenStore."""
        if self._resting():
            return await self._own.get(account, ask, failing)
        try:
            token = await self._kept(account, failing)
            if token is None:
                token = await self._flights.share(account, lambda: self._renew(account, ask, failing))
        except (RedisError, OSError) as fault:
            if self._away_at is None:
                log.warning("redis is away, tokens are kept in this process", extra={"fault": type(fault).__name__})
            self._away_at = self._clock()
            return await self._own.get(account, ask, failing)
        self._away_at = None
        return token

    def _resting(self) -> bool:
        now = self._clock()
        return self._away_at is not None and self._away_at <= now < self._away_at + timedelta(seconds=REST)

    async def _kept(self, account: str, failing: str | None) -> str | None:
        """What lies in Redis, remembered here too; None if there is nothing better than `failing`."""
        name = redis_key(account)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.get(name)
            pipe.pttl(name)
            pipe.exists(f"{name}:renewed")
            raw, life, renewed = await pipe.execute()
        if raw is None:
            return None
        value = raw.decode() if isinstance(raw, bytes) else str(raw)
        if value == failing and not renewed:
            return None
        self._own.keep(account, Token(value, max(life, 0) / 1000 + MARGIN))
        return value

    async def _renew(self, account: str, ask: Ask, failing: str | None) -> str:
        """Ask under the lock, or take what another process was given meanwhile."""
        mine = secrets.token_hex(16)
        lock = f"{redis_key(account)}:lock"
        while not await self._redis.set(lock, mine, nx=True, px=int(LOCK_LIFE * 1000)):
            await asyncio.sleep(LOCK_POLL)
            if (found := await self._kept(account, failing)) is not None:
                return found
        try:
            return await self._kept(account, failing) or await self._asked(account, ask, failing, mine)
        finally:
            with suppress(RedisError, OSError):  # the lock ends by itself
                await self._redis.eval(UNLOCK, 1, lock, mine)

    async def _asked(self, account: str, ask: Ask, failing: str | None, mine: str) -> str:
        token = await ask(failing)
        self._own.keep(account, token)  # before anything can go wrong with Redis
        name = redis_key(account)
        times = str(int(token.kept_for * 1000)), str(int(RENEWAL_PAUSE * 1000))
        await self._redis.eval(KEEP_IF_LOCKED, 3, name, f"{name}:lock", f"{name}:renewed", mine, token.value, *times)
        return token.value

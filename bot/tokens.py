"""Where access tokens are kept between calls, and how they are kept in this process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.flights import Flights

MARGIN = 120.0  # seconds before the end at which a token is fetched anew; the platforms keep both valid for 300 s
LEAST_LIFE = 30.0
RENEWAL_PAUSE = 30.0  # stable_token's least interval between forced refreshes, in seconds
FORCED_PAUSE = 75 * 60.0  # WeChat forces 20 refreshes a day


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

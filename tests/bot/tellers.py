"""A platform's counter for tokens, and the clock of those who queue there."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.tokens import Token


class Clock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += timedelta(seconds=seconds)


class CounterClosed(Exception):
    """No tokens today."""


@dataclass
class Teller:
    """Gives `token-1`, `token-2`… and notes which refused token each caller named.

    With `open` cleared nobody is served until it is set. With `closed` it raises.
    """

    lives_for: float = 7200
    named: list[str | None] = field(default_factory=list)
    closed: bool = False
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def __call__(self, failing: str | None) -> Token:
        self.named.append(failing)
        self.asked.set()
        number = len(self.named)
        await self.open.wait()
        if self.closed:
            raise CounterClosed
        return Token(f"token-{number}", self.lives_for)

"""What nodes share when the settings name a Redis, and what a node keeps for itself when they name none."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from bot.pace import Paces, paces_alone
from bot.tokens import ProcessTokens, TokenStore
from bot.uploads import ProcessUploads, Uploads
from bot.wakeups import Wakeups

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
    async with _by_redis().shared_at(redis_url, clock) as shared:
        yield shared


async def wake_nodes(redis_url: str | None, topic: str) -> None:
    """From a command: let all nodes look at once. Without Redis they look by themselves within seconds."""
    if redis_url is not None:
        await _by_redis().say(redis_url, topic)


async def redis_trial(url: str) -> str:
    """Whether that Redis can be written: what is amiss, in words. What is written on trial is gone within a second."""
    words: str = await _by_redis().trial(url)
    return words


def _by_redis() -> Any:
    """`gridbell.redis_sharing`, loaded when a Redis is named: its client takes 6 MB, and part of the time in which a
    node starts."""
    return import_module("gridbell.redis_sharing")

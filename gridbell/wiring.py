"""`gridbell run`: opens what a node needs, serves until told to stop, and ends in order."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvloop

from bot.channel import Channel
from bot.tokens import ProcessTokens, RedisTokens, TokenStore
from cases.rules import Rules
from config.settings import Settings
from dialogs.engine.reception import Tell
from dialogs.notices import tell
from gridbell.accounts import channels_of
from gridbell.listening import listening
from gridbell.node import Clock, Node, knowledge_of
from gridbell.opening import opened, redis_at

log = logging.getLogger(__name__)


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)


async def open_channels(settings: Settings) -> Mapping[str, Channel]:
    """The channels with tokens of this process alone: for a check."""
    return channels_of(settings, now, ProcessTokens(now))


@asynccontextmanager
async def token_store(settings: Settings, clock: Clock) -> AsyncIterator[TokenStore]:
    """Tokens in Redis when one is named, else in this process."""
    if settings.storage.redis_url is None:
        yield ProcessTokens(clock)
        return
    redis = redis_at(settings.storage.redis_url)
    try:
        yield RedisTokens(redis, clock)
    finally:
        await redis.aclose()


@asynccontextmanager
async def serving(settings: Settings, rules: Rules, clock: Clock, tell_due: Tell = tell) -> AsyncIterator[Node]:
    """A node that serves at the settings' host and port; stopped in order afterwards.

    Raises StoreUnreachable and CannotListen.
    """
    async with opened(settings, clock) as store, token_store(settings, clock) as tokens:
        knowledge = await knowledge_of(store, rules)
        node = Node(settings, store, knowledge, channels_of(settings, clock, tokens), clock=clock, tell_due=tell_due)
        try:
            async with listening(node.application(), settings.http.host, settings.http.port):
                node.start()
                yield node
        finally:
            await node.stop()


def told_to_stop() -> asyncio.Event:
    """Set by SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def run(settings: Settings, rules: Rules) -> None:
    """Serve until SIGINT or SIGTERM. Raises StoreUnreachable and CannotListen."""
    stop = told_to_stop()
    async with serving(settings, rules, now):
        log.info("serving", extra={"host": settings.http.host, "port": settings.http.port})
        await stop.wait()
        log.info("stopping")


def run_forever(settings: Settings, rules: Rules) -> None:
    """`run` in an event loop of its own."""
    uvloop.run(run(settings, rules))

"""`gridbell run`: opens what a node needs, serves until told to stop, and ends in order."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import uvloop

from bot.channel import Channel
from cases.rules import Rules
from config.settings import Settings
from dialogs.engine.around import Knowledge
from dialogs.engine.reception import Tell
from dialogs.notices import tell
from gridbell.accounts import channels_of
from gridbell.around import look_around, trials_of
from gridbell.departments import without_department
from gridbell.figures import Figures
from gridbell.listening import listening
from gridbell.node import Clock, Node, knowledge_of
from gridbell.opening import opened
from gridbell.rule_versions import keep_version
from gridbell.sharing import alone, sharing
from storage.engines import StoreBusy

log = logging.getLogger(__name__)

STOP_SECONDS = 20.0
"""What is under way may take that long to end, after the door was closed."""


GARBAGE = 20_000
"""Objects made and not freed again between two collections: some hundred turns' worth. Python's own is 700."""
LOOKED_AT_AGAIN = 2
"""After so many of these, what outlived one is looked at too. After Python's ten it would be 200,000 objects: 1 MB."""


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)


async def open_channels(settings: Settings) -> Mapping[str, Channel]:
    """The channels by themselves: for a check."""
    return channels_of(settings, now, alone(now))


@asynccontextmanager
async def serving(settings: Settings, rules: Rules, clock: Clock, tell_due: Tell = tell) -> AsyncIterator[Node]:
    """A node that serves at the settings' host and port; stopped in order afterwards.

    Raises StoreUnreachable and CannotListen.
    """
    async with opened(settings, clock) as store, sharing(settings.storage.redis_url, clock) as shared:
        with suppress(StoreBusy):
            await store.try_write()
        await keep_version(store, rules)
        figures = Figures()
        knowledge, channels = await knowledge_of(store, rules), channels_of(settings, clock, shared, figures)
        node = Node(
            settings,
            store,
            knowledge,
            channels,
            clock=clock,
            tell_due=tell_due,
            figures=figures,
            wakeups=shared.wakeups,
        )
        try:
            async with listening(node.application(), settings.http.host, settings.http.port):
                node.start()
                async with meanwhile(look_around(trials_of(settings.storage.redis_url, channels), node.amiss)):
                    yield node
        finally:
            await stopped(node)


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """That work goes on beside; it is given up at the end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def stopped(node: Node, seconds: float = STOP_SECONDS) -> None:
    """The node ended in order, or given up when that takes too long: a store that hangs must not keep the process."""
    try:
        async with asyncio.timeout(seconds):
            await node.stop()
    except TimeoutError:
        log.error("not all that was under way came to its end", extra={"seconds": seconds})


def told_to_stop() -> asyncio.Event:
    """Set by SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def warn_of(knowledge: Knowledge) -> None:
    """Log which categories have no department here, so that the duty room has to decide each of their cases."""
    missing = without_department(knowledge.units, knowledge.rules) if knowledge.units.by_code else ()
    if missing:
        codes = " ".join(category.code for category in missing)
        log.warning("categories without a department here", extra={"code": codes, "count": len(missing)})


def settle_memory() -> None:
    """What is there once a node serves stays: it is left out of all later collections of garbage, which would stop
    the turns for a tenth of a second; and as little garbage is cyclic, they may come more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, LOOKED_AT_AGAIN)


async def run(settings: Settings, rules: Rules) -> None:
    """Serve until SIGINT or SIGTERM. Raises StoreUnreachable and CannotListen."""
    stop = told_to_stop()
    async with serving(settings, rules, now) as node:
        warn_of(node.knowledge)
        settle_memory()
        log.info("serving", extra={"host": settings.http.host, "port": settings.http.port})
        await stop.wait()
        log.info("stopping")


def run_forever(settings: Settings, rules: Rules) -> None:
    """`run` in an event loop of its own."""
    uvloop.run(run(settings, rules))

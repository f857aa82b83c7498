"""What a node leans on besides its store, Redis and the platforms: each is tried, and what is amiss is put in words."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import partial

from bot.channel import Channel
from cases.faults import trace
from gridbell.sharing import redis_trial

log = logging.getLogger(__name__)

REDIS = "redis"
CHANNEL_SECONDS = 15.0
"""One token call may take 10 s."""
PAUSE = 30.0
"""Seconds until what did not answer is tried again."""

Trial = Callable[[], Awaitable[str]]
"""What is amiss, in words for an admin; empty when all is well."""


async def channel_trial(channel: Channel) -> str:
    """Whether that channel's platform hands out a token."""
    try:
        async with asyncio.timeout(CHANNEL_SECONDS):
            return await channel.check()
    except TimeoutError:
        return f"{channel.name} 超过 {CHANNEL_SECONDS:.0f} 秒没有应答：请检查网络和 api_base。"


def trials_of(redis_url: str | None, channels: Mapping[str, Channel]) -> Mapping[str, Trial]:
    """A trial of Redis, if there is one, and of each channel, by name."""
    trials: dict[str, Trial] = {name: partial(channel_trial, channel) for name, channel in channels.items()}
    return {REDIS: partial(redis_trial, redis_url), **trials} if redis_url else trials


async def look_around(trials: Mapping[str, Trial], amiss: MutableMapping[str, str], pause: float = PAUSE) -> None:
    """Try each until it passes; meanwhile what is wrong with it lies in `amiss`. Logged once when it fails, and when it
    passes after all."""
    try:
        await asyncio.gather(*(_until_it_passes(name, trial, amiss, pause) for name, trial in trials.items()))
    except Exception as error:
        log.error("nobody looks around any more", extra={"fault": trace(error)})


async def _until_it_passes(name: str, trial: Trial, amiss: MutableMapping[str, str], pause: float) -> None:
    while words := await trial():
        if name not in amiss:
            log.warning("redis or a platform is away", extra={"channel": name, "reason": words})
        amiss[name] = words
        await asyncio.sleep(pause)
    if amiss.pop(name, None):
        log.info("redis or a platform is back", extra={"channel": name})

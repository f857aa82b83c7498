"""A door for each account, a platform to call, and a channel of each kind that calls it."""

from collections.abc import AsyncIterator

import pytest

from bot.channel import Channel
from tests.bot.channels.accounts import SEALED, SIDES, WECOM, StoppedClock
from tests.bot.channels.door import Door
from tests.bot.channels.platform import Platform


@pytest.fixture(params=sorted(SIDES))
async def door(request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    """The callback of each account in turn."""
    async with Door(SIDES[request.param]) as opened:
        yield opened


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    """A platform that says yes to everything until told otherwise."""
    async with Platform() as opened:
        yield opened


@pytest.fixture
def clock() -> StoppedClock:
    """Noon in China, until told otherwise."""
    return StoppedClock()


@pytest.fixture
async def wechat(platform: Platform, clock: StoppedClock) -> AsyncIterator[Channel]:
    """A service account of that platform's."""
    channel = SEALED.channel(clock, platform.base)
    yield channel
    await channel.close()


@pytest.fixture
async def wecom(platform: Platform, clock: StoppedClock) -> AsyncIterator[Channel]:
    """An app of that platform's."""
    channel = WECOM.channel(clock, platform.base)
    yield channel
    await channel.close()

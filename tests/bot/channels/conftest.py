"""A door for each account."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.channels.accounts import SIDES
from tests.bot.channels.door import Door


@pytest.fixture(params=sorted(SIDES))
async def door(request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    """The callback of each account in turn."""
    async with Door(SIDES[request.param]) as opened:
        yield opened

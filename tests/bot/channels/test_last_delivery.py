"""Three deliveries to a store that hangs: nothing is acknowledged before it is kept, and the person is told."""

import pytest

from bot.callback import NOT_KEPT
from cases.people import Address
from tests.bot.channels.accounts import HELLO, SEALED, WECOM, Side
from tests.bot.channels.door import Door
from tests.bot.lobby import Lobby

NOW = 0.0
"""Seconds: nobody waits at all."""


@pytest.mark.parametrize("fails", [True, False], ids=["and fails", "and comes back"])
@pytest.mark.parametrize("side", [SEALED, WECOM], ids=["wechat", "wecom"])
async def test_who_writes_while_the_store_hangs_is_told_so_and_nothing_of_it_is_kept(
    lobby: Lobby, side: Side, fails: bool
) -> None:
    intake = lobby.node(deadline=NOW)
    lobby.store.may_begin.clear()
    async with Door(side, hear=intake.hear) as door:
        answers = await door.deliver(HELLO, 0, 5, 10)
    assert [answered.status for answered in answers] == [503, 503, 200]
    assert side.read(answers[-1].body)["Content"] == NOT_KEPT
    lobby.store.away = fails
    lobby.store.may_begin.set()
    await intake.drain()
    assert await lobby.words(Address(door.channel.name, "li")) == []


async def test_who_was_heard_before_the_store_hung_is_acknowledged_in_the_end(lobby: Lobby) -> None:
    intake = lobby.node(deadline=NOW)
    async with Door(SEALED, hear=intake.hear) as door:
        (first,) = await door.deliver(HELLO, 0)
        await intake.drain()
        lobby.store.may_begin.clear()
        door.clock.advance(5)
        second, third = await door.deliver(HELLO, 5, 10)
    assert [answered.status for answered in (first, second, third)] == [503, 503, 200]
    assert third.body == b"success"
    lobby.store.may_begin.set()
    await intake.drain()
    assert await lobby.words(Address(door.channel.name, "li")) == [HELLO["Content"]]
